%% Make up random scenarios (tests/scenarios/README.md).
%%
%%	erl -noshell -run story main SEED COUNT DIRECTORY
%%
%% Writes rnd_SEED_N.scn for N of 1 to COUNT; the same ones for the same SEED.
%% What the stories avoid is what that README says is left to chance: nothing
%% that is held or slow has a bounded shutdown that could run out meanwhile, no
%% supervisor child has one at all, and a period of one second is either not
%% over or long over.
-module(story).
-export([main/1]).

%% What a story knows of its tree: who is below whom, by name.
-record(tree, {mood, sups = [], dynamics = [], workers = [], spares = [],
    kids = #{}, settings = #{}, lines = [], fresh = 0, open = []}).

main([Seed, Count, Directory]) ->
	[write(Seed, N, Directory) ||
	    N <- lists:seq(1, list_to_integer(Count))],
	halt().

write(Seed, N, Directory) ->
	%% Not {Seed, N, 0}: numbers that are near give the same stories then.
	rand:seed(exsss, list_to_integer(Seed) * 1000003 + N),
	Mood = one([plain, fails, fails, slow, held, held, storm, storm, storm,
	    upgrade, upgrade, signif, dynamic, window]),
	T = plant(#tree{mood = Mood}),
	{Steps, _} = tell(T),
	Name = lists:concat(["rnd_", Seed, "_", N, ".scn"]),
	Head = lists:concat(["# random, seed ", Seed, ", story ", N, ": ",
	    Mood]),
	ok = file:write_file(filename:join(Directory, Name),
	    [[L, $\n] || L <- [Head | lists:reverse(T#tree.lines)] ++
	    ["steps"] ++ Steps]).

%% Chance

one(List) ->
	lists:nth(rand:uniform(length(List)), List).

%% One of {Weight, Value} pairs.
weighed(Pairs) ->
	weighed(rand:uniform(lists:sum([W || {W, _} <- Pairs])), Pairs).

weighed(N, [{W, Value} | _]) when N =< W -> Value;
weighed(N, [{W, _} | Pairs]) -> weighed(N - W, Pairs).

%% True in Percent of a hundred times.
often(Percent) ->
	rand:uniform(100) =< Percent.

between(Low, High) ->
	Low - 1 + rand:uniform(High - Low + 1).

%% Text of words and numbers, with blanks between them.
words(Words) ->
	lists:flatten(lists:join(" ", [word(W) || W <- Words, W =/= ""])).

word(W) when is_atom(W) -> atom_to_list(W);
word(W) when is_integer(W) -> integer_to_list(W);
word({Key, Value}) -> [word(Key), "=", word(Value)];
word(W) -> W.

%% The tree

fresh(Prefix, T = #tree{fresh = N}) ->
	{Prefix ++ integer_to_list(N + 1), T#tree{fresh = N + 1}}.

plant(T) ->
	T1 = plant_sup("top", none, never, between(2, 4), T),
	case often(25) of
	true -> plant_spare(T1);
	false -> T1
	end.

line(Words, T) ->
	T#tree{lines = [words(Words) | T#tree.lines]}.

kid(none, _, T) -> T;
kid(Parent, X, T) ->
	T#tree{kids = maps:update_with(Parent, fun(L) -> L ++ [X] end, [X],
	    T#tree.kids)}.

period(#tree{mood = window}) -> 1;
period(_) -> 3600.

plant_sup(X, Parent, ParentAuto, Depth, T) ->
	Auto = case T#tree.mood of
	signif -> one([any_significant, all_significant]);
	_ -> weighed([{8, never}, {1, any_significant}, {1, all_significant}])
	end,
	In = [{in, Parent} || Parent =/= none],
	Intensity = case Parent of
	none -> between(2, 9);
	_ -> between(0, 4)
	end,
	Words = [sup, X] ++ In ++ [{strategy, one([one_for_one, one_for_all,
	    rest_for_one])}, {intensity, Intensity}, {period, period(T)}] ++
	    [{auto_shutdown, Auto} || Auto =/= never] ++
	    [W || Parent =/= none, W <- restart(ParentAuto, 60)],
	T1 = kid(Parent, X, line(Words, T#tree{sups = [X | T#tree.sups]})),
	Kids = lists:seq(1, between(1, 4)),
	lists:foldl(fun(_, Acc) -> plant_kid(X, Auto, Depth - 1, Acc) end, T1,
	    Kids).

%% restart=, and significant= where that is allowed; permanent in Percent.
restart(Auto, Percent) ->
	Type = case often(Percent) of
	true -> permanent;
	false -> one([transient, transient, temporary])
	end,
	Significant = Auto =/= never andalso Type =/= permanent andalso
	    often(60),
	[{restart, Type}] ++ [{significant, true} || Significant].

plant_kid(Parent, Auto, Depth, T) ->
	Kind = weighed([{6, worker}, {if Depth > 0 -> 4; true -> 0 end, sup},
	    {if T#tree.mood =:= dynamic -> 3; true -> 1 end, dynamic}]),
	case Kind of
	worker ->
		{X, T1} = fresh("w", T),
		plant_worker(X, Parent, Auto, T1);
	sup ->
		{X, T1} = fresh("s", T),
		plant_sup(X, Parent, Auto, Depth, T1);
	dynamic ->
		{X, T1} = fresh("pool", T),
		plant_dynamic(X, Parent, Auto, T1)
	end.

plant_worker(X, Parent, Auto, T) ->
	Keys = restart(Auto, 60) ++ manner(T),
	know_worker(X, Keys, kid(Parent, X,
	    line([worker, X, {in, Parent} | Keys], T))).

know_worker(X, Keys, T) ->
	T#tree{workers = [X | T#tree.workers],
	    settings = (T#tree.settings)#{X => Keys}}.

%% shutdown= and on_term=: how it is stopped, and how it takes that.
manner(#tree{mood = slow}) ->
	case rand:uniform(4) of
	1 -> [{shutdown, between(60, 150)}, {on_term, ignore}];
	2 -> [{shutdown, one([5000, infinity, brutal_kill])},
	    {on_term, ["delay:", word(between(5, 40))]}];
	_ -> manner(quick)
	end;
manner(_) ->
	Shutdown = one([5000, 2000, infinity, infinity, brutal_kill]),
	[{shutdown, Shutdown}] ++ [{on_term, one(["normal", "code:4",
	    "shutdown:bye"])} || often(15)].

plant_dynamic(X, Parent, Auto, T) ->
	Template = [{"t_" ++ word(K), V} || {K, V} <- manner(T)] ++
	    [{t_restart, one([permanent, transient, temporary])}],
	Words = [dynamic, X, {in, Parent}, {intensity, between(0, 4)},
	    {period, period(T)}, {max_children, one([2, 3, 5, infinity])}] ++
	    Template ++ restart(Auto, 60),
	kid(Parent, X, line(Words, T#tree{
	    dynamics = [X | T#tree.dynamics]})).

%% A supervisor that start_child steps start.
plant_spare(T) ->
	{X, T1} = fresh("spare", T),
	Owner = one(T#tree.sups),
	T2 = plant_sup(X, "-", never, 1, T1),
	T2#tree{spares = [{Owner, X}], sups = T2#tree.sups -- [X]}.

%% The steps

tell(T) ->
	First = case often(15) of
	true -> begin_with(T);
	false -> ["start"]
	end,
	{Story, T1} = scenes(between(6, 22), T),
	Release = [release(X, false) || X <- T1#tree.open],
	Last = [words([which_children, one(T#tree.sups)])] ++
	    ["stop" || often(80)],
	{First ++ Story ++ Release ++ Last, T1}.

%% A first start that is not as it should be. While it is held nothing stops
%% it: a daemon does not wait then, as a supervisor does.
begin_with(T = #tree{mood = Mood}) ->
	X = one_worker(T),
	case rand:uniform(3) of
	1 ->
		[words([ignore, one(["top", X]), 1]), "start"];
	2 when Mood =:= held; Mood =:= storm ->
		[words([hold, X]), "start", die(T), ask(T), die(T),
		    release(X, false)];
	_ ->
		[words([fail, X, 1]), "start"]
	end.

scenes(0, T) ->
	{[], T};
scenes(N, T) ->
	{Steps, T1} = scene(T),
	{More, T2} = scenes(N - 1, T1),
	{Steps ++ More, T2}.

scene(T = #tree{mood = Mood}) ->
	Held = case Mood of held -> 4; storm -> 8; _ -> 0 end,
	Upgrade = case Mood of
	upgrade when T#tree.open =:= [] -> 6;
	_ -> 0
	end,
	Dynamic = if
	T#tree.dynamics =:= [] -> 0;
	Mood =:= dynamic -> 8;
	true -> 2
	end,
	Kind = weighed([{5, die}, {3, fail}, {1, ignore}, {5, ask}, {2, add},
	    {1, on_term}, {Held, hold}, {Upgrade, upgrade}, {Dynamic, dynamic},
	    {if Mood =:= window -> 3; true -> 0 end, wait},
	    {length(T#tree.spares), spare}]),
	scene(Kind, T).

scene(die, T) ->
	{[die(T)], T};
scene(fail, T) ->
	X = one_worker(T),
	{[words([fail, X, weighed([{4, 1}, {3, 2}, {1, 3}, {1, always}])]),
	    words([exit, X, "code:1"])], T};
scene(ignore, T) ->
	{[words([ignore, one(T#tree.workers ++ tl(lists:reverse(
	    T#tree.sups)) ++ [one_worker(T)]), between(1, 2)])], T};
scene(ask, T) ->
	{[ask(T)], T};
scene(add, T) ->
	add(T);
scene(on_term, T) ->
	{[words([on_term, one_worker(T), one(["obey", "normal", "code:7",
	    "shutdown:now"])])], T};
scene(wait, T) ->
	{["wait 2100"], T};
scene(spare, T = #tree{spares = [{Owner, X} | _]}) ->
	{[words([one([start_child, start_child, terminate_child, delete_child]),
	    Owner, X])], T};
scene(dynamic, T) ->
	dynamic(T);
scene(upgrade, T) ->
	upgrade(T);
scene(hold, T) ->
	hold(T).

one_worker(#tree{workers = []}) -> "w0";
one_worker(#tree{workers = Workers}) -> one(Workers).

reason() ->
	one(["code:1", "code:2", "killed", "normal", "shutdown",
	    "shutdown:done", "code:3"]).

die(T) ->
	die(T#tree.workers, T).

%% The end of one of those that are workers.
die(Names, T) ->
	case [X || X <- Names, lists:member(X, T#tree.workers)] of
	[] -> words([exit, one_worker(T), reason()]);
	Workers -> words([exit, one(Workers), reason()])
	end.

%% A call about what is there.
ask(T) ->
	S = one(T#tree.sups ++ T#tree.dynamics),
	X = case T#tree.kids of
	#{S := Kids} -> one(Kids);
	_ -> one_worker(T)
	end,
	Call = weighed([{4, terminate_child}, {4, restart_child},
	    {2, delete_child}, {1, get_childspec}, {2, which_children},
	    {2, count_children}, {1, start_child}]),
	IsSup = lists:member(S, T#tree.sups),
	case Call of
	start_child when IsSup -> words([Call, S, X]);
	start_child -> words([count_children, S]);
	which_children -> words([Call, S]);
	count_children -> words([Call, S]);
	_ when IsSup; T#tree.mood =/= held, T#tree.mood =/= storm ->
		words([Call, S, X]);
	_ ->
		words([count_children, S])
	end.

%% A new worker of a supervisor.
add(T) ->
	S = one(T#tree.sups),
	{X, T1} = fresh("n", T),
	Bad = often(6),
	Keys = if
	Bad ->
		one([[{restart, sometimes}], [{shutdown, never}],
		    [{restart, transient}, {significant, true}],
		    [{shutdown, -1}], [{significant, true}]]);
	true ->
		restart(never, 60) ++ manner(T)
	end,
	T2 = know_worker(X, Keys, T1),
	{[words([start_child, S, X | Keys])],
	    if Bad -> T1; true -> kid(S, X, T2) end}.

dynamic(T) ->
	S = one(T#tree.dynamics),
	Kids = maps:get(S, T#tree.kids, []),
	case Kids =:= [] orelse often(60) of
	true ->
		{X, T1} = fresh("x", T),
		Keys = case often(30) of
		true -> [{restart, one([permanent, transient, temporary])}];
		false -> []
		end,
		{[words([start_child, S, X | Keys])],
		    kid(S, X, know_worker(X, [], T1))};
	false ->
		X = one(Kids),
		{one([
		    [words([terminate_child, S, X]) || T#tree.open =:= []],
		    [words([exit, X, reason()])],
		    [words([exit, X, reason()])],
		    [words([fail, X, between(1, 3)]),
			words([exit, X, "code:5"])],
		    [words([ignore, X, 1]), words([exit, X, "code:6"])],
		    [words([which_children, S])],
		    [words([count_children, S])]]), T}
	end.

%% A change of flags, of the list of children, or of both.
upgrade(T) ->
	S = one(T#tree.sups),
	Kids = maps:get(S, T#tree.kids, []),
	Flags = [F || {P, F} <- [{30, {strategy, one([one_for_one, one_for_all,
	    rest_for_one])}}, {30, {intensity, between(0, 5)}},
	    {8, {auto_shutdown, any_significant}},
	    {3, {intensity, -1}}], often(P)],
	case rand:uniform(4) of
	1 ->
		{[words([upgrade, S | Flags ++ [{period, 3600}]])], T};
	2 when T#tree.dynamics =/= [] ->
		{[words([upgrade, one(T#tree.dynamics), {max_children,
		    between(0, 4)}, {intensity, between(-1, 4)}])], T};
	_ ->
		{U, T1} = fresh("u", T),
		Keys = restart(never, 50) ++ manner(T),
		{New, T2} = case often(60) of
		true -> {[U], kid(S, U, know_worker(U, Keys, T1))};
		false -> {[], T1}
		end,
		Own = [K || K <- Kids, hd(K) =/= $n, often(75)],
		List = shuffle(Own ++ New),
		Ignore = [words([ignore, S, 1]) || often(5)],
		{[words([define, worker, U | Keys]) || New =/= []] ++ Ignore ++
		    [words([upgrade, S | Flags ++ [{children,
		    lists:join(",", List)}]])], T2}
	end.

shuffle(List) ->
	case often(50) of
	true -> List;
	false -> [X || {_, X} <- lists:sort([{rand:uniform(), X} || X <- List])]
	end.

%% Something is held, and much is asked for until it is released.
hold(T) ->
	X = one_worker(T),
	Waits = maps:get(X, T#tree.settings, []),
	Stop = lists:member({shutdown, infinity}, Waits) andalso often(50),
	Begin = if
	Stop ->
		[words([on_term, X, hold]), stop_of(X, T)];
	true ->
		[words([hold, X]), one([words([exit, X, "code:1"]),
		    words([exit, X, "code:1"]), above(call_of(parent(X, T), T),
		    X, T)])]
	end,
	Top = case T#tree.mood of storm -> 9; _ -> 4 end,
	{Middle, T1} = busy(between(1, Top), X, T),
	End = [words([on_term, X, obey]) || Stop],
	Leave = not Stop andalso often(20),
	if
	Leave ->
		{Begin ++ Middle, T1#tree{open = [X | T1#tree.open]}};
	true ->
		{Begin ++ Middle ++ End ++ [release(X, Stop)], T1}
	end.

release(X, true) ->
	words([release, X, one(["shutdown", "normal", "code:9", "killed"])]);
release(X, false) ->
	words([release, X, one([ok, ok, fail, ignore])]).

%% Who X is below; top if nobody.
parent(X, T) ->
	case [S || {S, Kids} <- maps:to_list(T#tree.kids),
	    lists:member(X, Kids)] of
	[S | _] when S =/= "-" -> S;
	_ -> "top"
	end.

%% A call about X, to its supervisor, if it has one.
above(_Call, "top", T) ->
	die(T);
above(count_children, X, T) ->
	words([count_children, parent(X, T)]);
above(Call, X, T) ->
	words([Call, parent(X, T), X]).

%% Something that has X stopped.
stop_of(X, T) ->
	S = parent(X, T),
	Others = maps:get(S, T#tree.kids, [X]),
	Call = case call_of(S, T) of
	count_children -> count_children;
	_ -> terminate_child
	end,
	one([above(Call, X, T), above(Call, X, T),
	    above(terminate_child, S, T), die(Others, T)]).

%% A call about a child that S knows. A dynamic supervisor knows children by
%% their processes, and reeve by their names: they see another child if one is
%% restarted while the call waits.
call_of(S, T) ->
	case lists:member(S, T#tree.dynamics) of
	true -> count_children;
	false -> one([terminate_child, terminate_child, restart_child,
	    restart_child, delete_child, start_child])
	end.

%% Steps around somebody who is held.
busy(0, _X, T) ->
	{[], T};
busy(N, X, T) ->
	S = parent(X, T),
	Sibling = one(maps:get(S, T#tree.kids, [X])),
	{Steps, T1} = case rand:uniform(16) of
	I when I =< 4 -> {[die(maps:get(S, T#tree.kids, [X]), T)], T};
	I when I =< 7 -> {[above(call_of(S, T), X, T)], T};
	I when I =< 9 -> {[above(call_of(S, T), Sibling, T)], T};
	10 -> {[above(one([terminate_child, restart_child]), S, T)], T};
	11 -> {[words([one([which_children, count_children]), S])], T};
	12 -> {[words([fail, one_worker(T), between(1, 2)])], T};
	13 -> {[ask(T)], T};
	14 when T#tree.mood =:= storm -> {[one(["stop", die(T), die(T)])], T};
	15 -> add(T);
	_ -> {[die(T)], T}
	end,
	{More, T2} = busy(N - 1, X, T1),
	{Steps ++ More, T2}.
