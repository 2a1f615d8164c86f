%% What was heard of a scenario, as lines of its trace.
-module(heard).
-export([hear/2, answer/2, order/2, say/2, result/3, num/1]).

-include("play.hrl").

num(N) ->
	integer_to_list(N).

say(Line, P) ->
	P#play{out = [Line | P#play.out]}.

result(N, Text, P) ->
	say(["result ", num(N), " ", Text], P).

hear({trace, Pid, call, {cast, ev, [{_, Event}]}}, P) ->
	event(Event, Pid, P);
hear({trace, By, call, {erlang, exit, [Pid, Why]}}, P)
    when By =/= P#play.parent, By =/= Pid ->
	case P#play.up of
	#{Pid := X} when Why =:= kill -> say(["kill ", atom_to_list(X)], P);
	#{Pid := X} -> say(["term ", atom_to_list(X)], P);
	_ -> P
	end;
hear({trace, Pid, exit, Reason}, P = #play{up = Up, root = Root}) ->
	case Up of
	#{Pid := X} ->
		P1 = say(["down ", atom_to_list(X), " ", text(Reason)],
		    P#play{up = maps:remove(Pid, Up)}),
		case P1#play.stop of
		N when X =:= Root, N =/= undefined ->
			result(N, "ok", P1#play{stop = undefined});
		_ ->
			P1
		end;
	_ ->
		P
	end;
%% The root is up when it says so, whenever its parent comes to hear of it.
hear({trace, Pid, send, {ack, Pid, Answer}, To}, P = #play{parent = To}) ->
	P1 = started(P#play.root, Answer, P),
	result(P#play.start, answer(Answer, P1), P1);
hear({trace, Pid, send, {'$gen_call', {Pid, Tag}, _}, _}, P)
    when is_map_key(Pid, P#play.calls) ->
	#{Pid := N} = P#play.calls,
	P#play{tags = (P#play.tags)#{Tag => {N, Pid}}};
hear({trace, _, send, {Tag, Answer}, _}, P)
    when is_map_key(Tag, P#play.tags) ->
	#{Tag := {N, Pid}} = P#play.tags,
	result(N, answer(Answer, P),
	    P#play{calls = maps:remove(Pid, P#play.calls)});
hear(_, P) ->
	P.

event({init, X}, Pid, P) ->
	say(["init ", atom_to_list(X)], name(Pid, X, P));
event({started, _, _}, Pid, P) when Pid =:= P#play.parent ->
	P;
event({started, X, Answer}, _Pid, P) ->
	started(X, Answer, P);
event({held, X, What}, _Pid, P) ->
	say(["held ", atom_to_list(X), " ", atom_to_list(What)], P);
event({report, Context, Report}, Pid, P) ->
	Child = proplists:get_value(offender, Report),
	say(["report ", atom_to_list(map_get(Pid, P#play.names)), " ",
	    atom_to_list(Context), " ", offender(Child, P), " ",
	    text(proplists:get_value(reason, Report))], P);
event(told, _Pid, P) ->
	P.

name(Pid, X, P) ->
	P#play{names = (P#play.names)#{Pid => X}}.

started(X, Answer, P) ->
	Name = atom_to_list(X),
	case Answer of
	{ok, Pid} ->
		P1 = name(Pid, X, P),
		say(["start ", Name], P1#play{up = (P#play.up)#{Pid => X}});
	ignore ->
		say(["start_ignored ", Name], P);
	{error, Reason} ->
		say(["start_failed ", Name, " ", text(Reason)], P)
	end.

%% The name of the child that a report is about: those of dynamic supervisors
%% are known by their processes only.
offender(Child, P) ->
	Pid = case proplists:get_value(pid, Child) of
	{restarting, Old} -> Old;
	Other -> Other
	end,
	{_, _, Args} = proplists:get_value(mfargs, Child),
	atom_to_list(case proplists:get_value(id, Child) of
	undefined when is_map_key(Pid, P#play.names) ->
		map_get(Pid, P#play.names);
	undefined ->
		lists:nth(2, Args);
	Id ->
		Id
	end).

%% The answer of a call.
answer({gone, {Why, _}}, _) -> ["error ", text(Why)];
answer({gone, Why}, _) -> ["error ", text(Why)];
answer(ok, _) -> "ok";
answer({ok, undefined}, _) -> "ok undefined";
answer(ignore, _) -> "ok undefined";
answer({ok, Spec}, _) when is_map(Spec) ->
	#{id := Id, restart := Restart, shutdown := Shutdown,
	    significant := Significant, type := Type} = Spec,
	io_lib:format("spec id=~w restart=~w shutdown=~w significant=~w "
	    "type=~w", [Id, Restart, Shutdown, Significant, Type]);
answer({ok, _}, _) -> "ok";
answer({error, Reason}, _) -> ["error ", text(Reason)];
answer(Counts, _) when is_map(Counts) ->
	io_lib:format("count specs=~w active=~w supervisors=~w workers=~w",
	    [map_get(K, Counts) || K <- [specs, active, supervisors, workers]]);
answer([{specs, _} | _] = Counts, P) ->
	answer(maps:from_list(Counts), P);
answer(Children, P) when is_list(Children) ->
	Texts = [child(C, P) || C <- Children],
	Static = [Id || {Id, _, _, _} <- Children, Id =/= undefined] =/= [],
	["children" | [[" ", T] || T <-
	    case Static of true -> Texts; false -> lists:sort(Texts) end]].

child({Id, Pid, Type, _}, P) ->
	Name = case Id of
	undefined when is_pid(Pid) -> map_get(Pid, P#play.names);
	undefined -> '-';
	_ -> Id
	end,
	State = case is_pid(Pid) of true -> running; false -> Pid end,
	lists:flatten(io_lib:format("~s:~w:~w", [Name, Type, State])).

%% A reason in words, joined by colons; without what is a detail.
text({error, Reason}) -> text(Reason);
text({Reason, Child}) when element(1, Child) =:= child -> text(Reason);
text({already_started, _}) -> "already_started";
text({bad_combination, _}) -> "bad_combination";
text(Reason) when is_tuple(Reason) ->
	lists:join(":", [text(R) || R <- tuple_to_list(Reason)]);
text(Reason) ->
	io_lib:format("~w", [Reason]).

%% The order of what a dynamic supervisor does at once: the first signals by
%% name, then all else of the children by name, then the reports.

order([], _Owner) ->
	[];
order([Line | Lines] = All, Owner) ->
	case parse(Line, Owner) of
	{signal, D, _} ->
		{Run, Rest} = lists:splitwith(fun(L) ->
			is_of(parse(L, Owner), D)
		end, All),
		order_run(Run, Owner, {[], [], [], []}) ++ order(Rest, Owner);
	_ ->
		[Line | order(Lines, Owner)]
	end.

is_of(none, _) -> false;
is_of({_, D, _}, Other) -> D =:= Other.

parse(Line, Owner) ->
	Dynamics = maps:values(Owner),
	case string:lexemes(Line, " ") of
	[W, X] when (W =:= "term" orelse W =:= "kill"),
	    is_map_key(X, Owner) ->
		{signal, map_get(X, Owner), X};
	["held", X, "stop"] when is_map_key(X, Owner) ->
		{held, map_get(X, Owner), X};
	["down", X, _] when is_map_key(X, Owner) ->
		{down, map_get(X, Owner), X};
	["report", S, "shutdown_error" | _] ->
		case lists:member(S, Dynamics) of
		true -> {report, S, S};
		false -> none
		end;
	_ ->
		none
	end.

order_run([], _Owner, Parts) ->
	flush(Parts);
order_run([Line | Lines], Owner, {First, Rest, Reports, Seen} = Parts) ->
	{Kind, _, X} = parse(Line, Owner),
	Opens = Kind =:= signal andalso not lists:member(X, Seen),
	if
	Opens andalso (Rest =/= [] orelse Reports =/= []) ->
		flush(Parts) ++ order_run(Lines, Owner,
		    {[{X, Line}], [], [], [X | Seen]});
	Opens ->
		order_run(Lines, Owner,
		    {First ++ [{X, Line}], Rest, Reports, [X | Seen]});
	Kind =:= report ->
		order_run(Lines, Owner, {First, Rest, Reports ++ [Line], Seen});
	Kind =:= down ->
		order_run(Lines, Owner, {First, Rest ++ [{X, Line}], Reports,
		    lists:delete(X, Seen)});
	true ->
		order_run(Lines, Owner,
		    {First, Rest ++ [{X, Line}], Reports, Seen})
	end.

flush({First, Rest, Reports, _}) ->
	[L || {_, L} <- lists:keysort(1, First)] ++
	    [L || {_, L} <- lists:keysort(1, Rest)] ++ lists:sort(Reports).
