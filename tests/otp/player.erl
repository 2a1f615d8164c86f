%% Play scenarios (tests/scenarios/README.md) with the real supervisors of
%% Erlang/OTP and Elixir, and write down what they do as traces.
%%
%%	erl -noshell +S 1:1 -run player main JITTER FILE.scn ...
%%
%% FILE.trace is put beside each. All that happens is heard through the trace
%% facility of the virtual machine: what supervisors do is seen at the moment
%% they do it, and nothing is put between them and their children. For that the
%% machine must have one scheduler: then whatever a process has said is there
%% before another process runs. JITTER > 0 has processes give way at random, up
%% to so often, at each event; a scenario whose trace then changes depends on
%% chance and says nothing about supervisors.
%%
%% A step is over when all processes wait, none of them for a clock (or
%% something is held, and the supervisors wait for that).
-module(player).
-export([main/1]).

-import(cast, [define/4, def/2, keys/1, spec/4]).
-import(heard, [answer/2, say/2, result/3, num/1]).

-define(DYNAMIC, 'Elixir.DynamicSupervisor').
-define(AT_ONCE, 48).			% scenarios, most of which wait
-define(PATIENCE_MS, 60000).		% of one step

-include("play.hrl").

%% Main program

main([Jitter | Files]) ->
	ok = logger:set_primary_config(level, error),
	ok = logger:remove_handler(default),
	ok = logger:add_handler(cast, cast, #{}),
	erlang:trace_pattern({erlang, exit, 2}, true, [global]),
	erlang:trace_pattern({cast, ev, 1}, true, [global]),
	Bad = pool(Files, list_to_integer(Jitter), 0, 0),
	halt(min(Bad, 1)).

%% Play some at a time; returns how many could not be played.
pool([], _Jitter, 0, Bad) ->
	Bad;
pool([File | Files], Jitter, Playing, Bad) when Playing < ?AT_ONCE ->
	spawn_monitor(fun() -> play_file(File, Jitter) end),
	pool(Files, Jitter, Playing + 1, Bad);
pool(Files, Jitter, Playing, Bad) ->
	receive
	{'DOWN', _, process, _, normal} ->
		pool(Files, Jitter, Playing - 1, Bad);
	{'DOWN', _, process, _, Why} ->
		io:format("~p~n", [Why]),
		pool(Files, Jitter, Playing - 1, Bad + 1)
	end.

play_file(File, Jitter) ->
	{ok, Bytes} = file:read_file(File),
	Lines = [Words ||
	    Line <- string:split(binary_to_list(Bytes), "\n", all),
	    Words <- [string:lexemes(hd(string:split(Line, "#")), " \t")],
	    Words =/= []],
	try play(Lines, Jitter) of
	Trace ->
		Name = filename:rootname(File) ++ ".trace",
		ok = file:write_file(Name, [[L, $\n] || L <- Trace])
	catch
	_:Why:Stack ->
		exit({File, Why, Stack})
	end.

%% Play a scenario; returns the lines of its trace.
play(Lines, Jitter) ->
	{Tree, [["steps"] | Steps]} =
	    lists:splitwith(fun(L) -> L =/= ["steps"] end, Lines),
	Tab = ets:new(scenario, [public]),
	Ctx = {Tab, Jitter},
	lists:foreach(fun(L) -> cast:define_line(Tab, L) end, Tree),
	[Root] = [X || ["sup" ++ _, X | Keys] <- Tree, no_parent(Keys)] ++
	    [X || ["dynamic", X | Keys] <- Tree, no_parent(Keys)],
	Ears = spawn_link(fun() -> ears([]) end),
	Parent = spawn(fun() -> cast:parent(Ctx, Root) end),
	erlang:trace(Parent, true,
	    [call, send, procs, set_on_spawn, {tracer, Ears}]),
	P = lists:foldl(fun do_step/2, #play{ctx = Ctx, tab = Tab,
	    parent = Parent, ears = Ears, root = list_to_atom(Root),
	    out = ["trace 1"]}, Steps),
	Alive = [[" ", X] || X <- lists:sort([atom_to_list(X) ||
	    X <- maps:values(P#play.up)])],
	[exit(Pid, kill) || Pid <- [Parent | pids(Tab)]],
	Owner = maps:from_list([{X, D} || ["start_child", D, X | _] <- Steps,
	    ["dynamic", D1 | _] <- Tree, D =:= D1]),
	Trace = [lists:flatten(L) || L <- lists:reverse(P#play.out)],
	heard:order(Trace, Owner) ++ [["alive" | Alive], "end"].

no_parent(Keys) ->
	[] =:= [K || "in=" ++ _ = K <- Keys].
%% Steps

do_step(Words, Play) ->
	N = Play#play.step + 1,
	P = say(["step ", num(N), [[" ", W] || W <- Words]],
	    Play#play{step = N}),
	settle(step(Words, P)).

skip(Why, P) ->
	say(["skip ", num(P#play.step), " ", Why], P).

%% The latest process of a name, if it lives.
latest(Tab, Name) ->
	case ets:lookup(Tab, {name, list_to_atom(Name)}) of
	[{_, Pid}] ->
		case is_process_alive(Pid) of
		true -> Pid;
		false -> none
		end;
	[] ->
		none
	end.

is(Tab, Key) ->
	ets:member(Tab, Key).

times("always") -> always;
times(Word) -> list_to_integer(Word).

prepare(What, X, Value, P) ->
	ets:insert(P#play.tab, {{What, list_to_atom(X)}, Value}),
	P.

step(["start"], P) ->
	P#play.parent ! start,
	P#play{start = P#play.step};
step(["stop"], P = #play{tab = Tab, root = Root}) ->
	case latest(Tab, atom_to_list(Root)) of
	none ->
		result(P#play.step, "error noproc", P);
	Pid ->
		case is(Tab, {up, Pid}) of		% else its parent waits
		true -> P#play.parent ! {stop, Pid};
		false -> Pid ! {system, {self(), stop}, {terminate, shutdown}}
		end,
		P#play{stop = P#play.step}
	end;
step(["wait", Ms], P) ->
	timer:sleep(list_to_integer(Ms)),
	P;
step(["fail", X, N], P) ->
	prepare(fail, X, times(N), P);
step(["ignore", X, N], P) ->
	prepare(ignore, X, times(N), P);
step(["hold", X], P) ->
	prepare(hold, X, 1, P);
step(["on_term", X, V], P) ->
	prepare(on_term, X, V, P);
step(["define", "worker", X | Words], P) ->
	define(P#play.tab, worker, list_to_atom(X), keys(Words)),
	P;
step(["exit", X, Reason], P = #play{tab = Tab}) ->
	Pid = latest(Tab, X),
	case ets:lookup(Tab, {pid, Pid}) of
	[{_, _, worker, Parent}] ->
		Told = is(Tab, {told, Pid}),
		Up = is(Tab, {up, Parent}),
		if
		Told -> skip("stopping", P);
		not Up -> skip("starting", P);
		Reason =:= "killed" -> exit(Pid, kill), P;
		true -> Pid ! {exit, Reason}, P
		end;
	_ ->
		skip("not_running", P)
	end;
step(["release", X | Rest], P = #play{tab = Tab}) ->
	Name = list_to_atom(X),
	ets:delete(Tab, {hold, Name}),
	case ets:take(Tab, {held, Name}) of
	[{_, Pid}] ->
		Word = case Rest of [] -> "shutdown"; [W] -> W end,
		Pid ! {release, Word},
		P;
	[] ->
		skip("not_held", P)
	end;
step([Call, S | Args], P = #play{tab = Tab}) ->
	Name = list_to_atom(S),
	Call =:= "upgrade" andalso upgrade_def(Tab, Name, keys(Args)),
	Pid = latest(Tab, S),
	Up = Pid =/= none andalso is(Tab, {up, Pid}),
	if
	Pid =:= none -> result(P#play.step, "error noproc", P);
	not Up -> skip("starting", P);
	true -> call(P, call(P#play.ctx, Call, Name, Pid, Args))
	end.

upgrade_def(Tab, S, Keys) ->
	define(Tab, sup, S, Keys),
	case Keys of
	#{"children" := Names} ->
		{Kind, Settings, _} = def(Tab, S),
		ets:insert(Tab, {{def, S}, Kind, Settings,
		    [list_to_atom(X) || X <- string:lexemes(Names, ",")]});
	_ ->
		ok
	end.

%% Have a process of its own make a call.
call(P = #play{step = N, ears = Ears}, Fun) ->
	{Pid, _} = spawn_monitor(fun() ->
		receive go -> ok end,
		exit({result, try Fun() catch exit:Why -> {gone, Why} end})
	end),
	erlang:trace(Pid, true, [send, {tracer, Ears}]),
	Pid ! go,
	P#play{calls = (P#play.calls)#{Pid => N}}.

%% What a call does.
call(Ctx = {Tab, _}, Call, S, Pid, Args) ->
	{Kind, Settings, _} = def(Tab, S),
	case {Call, Kind} of
	{"upgrade", sup} ->
		fun() -> change_code(Pid, supervisor) end;
	{"upgrade", dynamic} ->
		fun() -> change_code(Pid, ?DYNAMIC) end;
	{_, dynamic} ->
		dynamic_call(Ctx, Call, Pid, Args, Settings);
	_ ->
		sup_call(Ctx, Call, Pid, Args)
	end.

change_code(Pid, Module) ->
	ok = sys:suspend(Pid),
	Answer = sys:change_code(Pid, Module, [], []),
	ok = sys:resume(Pid),
	Answer.

sup_call(Ctx = {Tab, _}, "start_child", Pid, [X | Words]) ->
	Name = list_to_atom(X),
	Keys = keys(Words),
	is(Tab, {def, Name}) orelse define(Tab, worker, Name, Keys),
	{Kind, Settings, _} = def(Tab, Name),
	Spec = spec(Ctx, Name, Kind, maps:merge(Settings, Keys)),
	fun() -> supervisor:start_child(Pid, Spec) end;
sup_call(_Ctx, Call, Pid, Args) ->
	Function = list_to_atom(Call),
	Atoms = [list_to_atom(X) || X <- Args],
	fun() -> apply(supervisor, Function, [Pid | Atoms]) end.

dynamic_call(Ctx, "start_child", Pid, [X | Words], Template) ->
	Given = maps:from_list([{K, V} ||
	    {"t_" ++ K, V} <- maps:to_list(Template)]),
	Spec = spec(Ctx, list_to_atom(X), worker,
	    maps:merge(Given, keys(Words))),
	fun() -> ?DYNAMIC:start_child(Pid, Spec) end;
dynamic_call({Tab, _}, "terminate_child", Pid, [X], _) ->
	Child = case ets:lookup(Tab, {name, list_to_atom(X)}) of
	[{_, Latest}] -> Latest;
	[] -> spawn(fun() -> ok end)		% nobody's child
	end,
	fun() -> ?DYNAMIC:terminate_child(Pid, Child) end;
dynamic_call(_Ctx, "which_children", Pid, [], _) ->
	fun() -> ?DYNAMIC:which_children(Pid) end;
dynamic_call(_Ctx, "count_children", Pid, [], _) ->
	fun() -> ?DYNAMIC:count_children(Pid) end;
dynamic_call(_Ctx, _Call, _Pid, _Args, _) ->
	fun() -> {error, unsupported} end.

%% Waiting until nothing happens any more

settle(P) ->
	settle(P, 0, erlang:monotonic_time(millisecond) + ?PATIENCE_MS).

settle(P, 3, _Limit) ->
	Ref = erlang:trace_delivered(all),
	receive {trace_delivered, all, Ref} -> ok end,
	P#play.ears ! {flush, self()},
	Heard = receive {heard, Events} -> Events end,
	finish_calls(lists:foldl(fun heard:hear/2, P, Heard));
settle(P, Times, Limit) ->
	erlang:yield(),
	case is_quiet(P) of
	true ->
		settle(P, Times + 1, Limit);
	false ->
		Late = erlang:monotonic_time(millisecond) > Limit,
		Late andalso exit({step, P#play.step, never_over}),
		timer:sleep(1),
		settle(P, 0, Limit)
	end.

pids(Tab) ->
	[Pid || [Pid] <- ets:match(Tab, {{pid, '$1'}, '_', '_', '_'})].

is_quiet(P = #play{tab = Tab}) ->
	Held = ets:match(Tab, {{held, '_'}, '_'}) =/= [],
	lists:all(fun(Pid) -> is_idle(Pid, Held) end,
	    [P#play.parent | maps:keys(P#play.calls)]) andalso
	lists:all(fun(Pid) ->
		not is(Tab, {delayed, Pid}) orelse not is_process_alive(Pid)
	end, pids(Tab)) andalso
	lists:all(fun(Pid) -> is_idle(Pid, Held) end, pids(Tab)).

%% Tell whether a process waits for others; while something is held, also for
%% what does not come.
is_idle(Pid, Held) ->
	case process_info(Pid, [status, message_queue_len, current_function]) of
	undefined ->
		true;
	[{status, waiting}, {message_queue_len, N}, {_, {M, F, _}}] ->
		Held orelse N =:= 0 andalso ({M, F} =:= {gen_server, loop}
		    orelse M =:= cast orelse M =:= gen);
	_ ->
		false
	end.

%% Calls that ended without an answer of a supervisor.
finish_calls(P) ->
	Ended = lists:sort([{map_get(Pid, P#play.calls), Pid, Answer} ||
	    {Pid, Answer} <- ended([]), is_map_key(Pid, P#play.calls)]),
	lists:foldl(fun({N, Pid, Answer}, Q) ->
		result(N, answer(Answer, Q),
		    Q#play{calls = maps:remove(Pid, Q#play.calls)})
	end, P, Ended).

%% The callers that have ended, with what they got.
ended(Found) ->
	receive
	{'DOWN', _, process, Pid, {result, Answer}} ->
		ended([{Pid, Answer} | Found])
	after 0 ->
		Found
	end.

%% Whoever hears what is traced, until somebody asks for it.
ears(Heard) ->
	receive
	{flush, To} ->
		To ! {heard, lists:reverse(Heard)},
		ears([]);
	Event when element(1, Event) =:= trace ->
		ears([Event | Heard])
	end.
