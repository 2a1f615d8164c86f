%% The cast of a scenario: what its tree is defined as, and what supervisors
%% call for that: their own callbacks, the starts of children, the log; and the
%% workers, which do what the steps have prepared. All of it says what happens
%% by calls of ev/1, which are traced.
-module(cast).
-export([define_line/2, define/4, def/2, keys/1, spec/4, parent/2]).
-export([start/3, worker/4, init/1, log/2, ev/1]).

-define(DYNAMIC, 'Elixir.DynamicSupervisor').

%% Definitions

%% Key=value words as a map of words.
keys(Words) ->
	maps:from_list([{K, V} || W <- Words, string:find(W, "=") =/= nomatch,
	    [K, V] <- [string:split(W, "=")]]).

define_line(Tab, [Kind, X | Words]) ->
	Keys = keys(Words),
	define(Tab, list_to_atom(Kind), list_to_atom(X), Keys),
	case Keys of
	#{"in" := Parent} when Parent =/= "-" ->
		Key = {def, list_to_atom(Parent)},
		[{_, K, Settings, Children}] = ets:lookup(Tab, Key),
		ets:insert(Tab, {Key, K, Settings,
		    Children ++ [list_to_atom(X)]});
	_ ->
		ok
	end.

%% Make a definition, or change the settings of one.
define(Tab, Kind, X, Keys) ->
	case ets:lookup(Tab, {def, X}) of
	[{_, Was, Settings, Children}] ->
		ets:insert(Tab, {{def, X}, Was, maps:merge(Settings, Keys),
		    Children});
	[] ->
		ets:insert(Tab, {{def, X}, Kind, Keys, []})
	end.

def(Tab, X) ->
	[{_, Kind, Settings, Children}] = ets:lookup(Tab, {def, X}),
	{Kind, Settings, Children}.

%% A value as a supervisor is given it: a number or an atom.
value(Word) ->
	try list_to_integer(Word) catch error:badarg -> list_to_atom(Word) end.

%% The settings named by Names, as a map of what a supervisor understands.
values(Names, Settings) ->
	maps:from_list([{list_to_atom(K), value(V)} ||
	    {K, V} <- maps:to_list(Settings), lists:member(K, Names)]).

spec(Ctx, X, Kind, Settings) ->
	Type = case Kind of worker -> worker; _ -> supervisor end,
	(values(["restart", "shutdown", "significant"], Settings))#{
	    id => X, start => {?MODULE, start, [Ctx, X, Settings]},
	    type => Type, modules => []}.

%% The specs that a supervisor is defined with, in start order.
specs(Ctx = {Tab, _}, Children) ->
	[begin
		{Kind, Settings, _} = def(Tab, X),
		spec(Ctx, X, Kind, Settings)
	end || X <- Children].

%% What supervisors call

%% Say that something happens: to whoever traces this process.
ev({Jitter, _}) ->
	[erlang:yield() || Jitter > 0,
	    _ <- lists:seq(1, rand:uniform(Jitter + 1) - 1)],
	ok.

%% Take one of the starts that a step has prepared; false if there is none.
take(Tab, Key) ->
	case ets:lookup(Tab, Key) of
	[{_, always}] -> true;
	[{_, N}] when N > 0 -> ets:insert(Tab, {Key, N - 1});
	_ -> false
	end.

%% Start a child: this runs in its supervisor.
start(Ctx = {Tab, Jitter}, X, Settings) ->
	{Kind, _, _} = case ets:lookup(Tab, {def, X}) of
	[] -> {worker, none, none};		% of a dynamic supervisor
	_ -> def(Tab, X)
	end,
	Answer = start(Kind, Ctx, X, Settings),
	case Answer of
	{ok, Pid} -> ets:insert(Tab, [{{up, Pid}}, {{name, X}, Pid}]);
	_ -> ok
	end,
	?MODULE:ev({Jitter, {started, X, Answer}}),
	Answer.

start(worker, Ctx = {Tab, _}, X, Settings) ->
	Hold = take(Tab, {hold, X}),
	Ignore = not Hold andalso take(Tab, {ignore, X}),
	Fail = not Hold andalso not Ignore andalso take(Tab, {fail, X}),
	if
	Ignore -> ignore;
	Fail -> {error, failed};
	true -> proc_lib:start_link(?MODULE, worker, [Ctx, X, Settings, Hold])
	end;
start(sup, Ctx, X, _Settings) ->
	supervisor:start_link(?MODULE, {Ctx, X, self()});
start(dynamic, Ctx, X, _Settings) ->
	?DYNAMIC:start_link(?MODULE, {Ctx, X, self()}, []).

%% Enter a process.
enter(Tab, X, Kind, Parent) ->
	ets:insert(Tab, {{pid, self()}, X, Kind, Parent}),
	Kind =:= worker orelse ets:insert(Tab, {{name, X}, self()}).

%% The callback of both kinds of supervisors; a code_change calls it too.
init({Ctx = {Tab, Jitter}, X, Parent}) ->
	{Kind, Settings, Children} = def(Tab, X),
	Ignore = take(Tab, {ignore, X}),
	case get(?MODULE) of
	undefined ->
		put(?MODULE, true),
		enter(Tab, X, Kind, Parent),
		?MODULE:ev({Jitter, {init, X}});
	_ ->
		ok
	end,
	Flags = values(["strategy", "intensity", "period", "auto_shutdown",
	    "max_children"], Settings),
	if
	Ignore ->
		ignore;
	Kind =:= sup ->
		{ok, {Flags, specs(Ctx, Children)}};
	true ->
		{ok, maps:merge(#{strategy => one_for_one, intensity => 3,
		    period => 5, max_children => infinity,
		    extra_arguments => []}, Flags)}
	end.

%% The handler of the log: reports of supervisors.
log(#{msg := {report, #{label := {Who, Context}, report := Report}}}, _)
    when Who =:= supervisor; Who =:= ?DYNAMIC ->
	?MODULE:ev({0, {report, Context, Report}});
log(_Event, _Config) ->
	ok.

%% Workers

worker(Ctx = {Tab, Jitter}, X, Settings, Hold) ->
	process_flag(trap_exit, true),
	Parent = hd(get('$ancestors')),
	enter(Tab, X, worker, Parent),
	case Hold andalso hold(Ctx, X, start) of
	"fail" ->
		unlink(Parent),
		proc_lib:init_ack({error, failed});
	"ignore" ->
		unlink(Parent),
		proc_lib:init_ack(ignore);
	_ ->
		proc_lib:init_ack({ok, self()}),
		receive
		{'EXIT', Parent, shutdown} ->
			ets:insert(Tab, {{told, self()}}),
			?MODULE:ev({Jitter, told}),
			on_term(on_term_word(Tab, X, Settings), Ctx, X);
		{exit, Word} ->
			finish(Word)
		end
	end.

%% Be held; returns the word of the release.
hold({Tab, Jitter}, X, What) ->
	ets:insert(Tab, {{held, X}, self()}),
	?MODULE:ev({Jitter, {held, X, What}}),
	receive {release, Word} -> Word end.

on_term_word(Tab, X, Settings) ->
	case ets:lookup(Tab, {on_term, X}) of
	[{_, Word}] -> Word;
	[] -> maps:get("on_term", Settings, "obey")
	end.

on_term("obey", _Ctx, _X) ->
	exit(shutdown);
on_term("ignore", _Ctx, _X) ->
	receive never -> ok end;
on_term("hold", Ctx, X) ->
	finish(hold(Ctx, X, stop));
on_term("delay:" ++ Ms, {Tab, _}, _X) ->
	ets:insert(Tab, {{delayed, self()}}),
	receive after list_to_integer(Ms) -> exit(shutdown) end;
on_term(Word, _Ctx, _X) ->
	finish(Word).

%% End for a reason, which is a word of the language.
finish("killed") ->
	exit(self(), kill),
	receive never -> ok end;
finish(Word) ->
	exit(case string:split(Word, ":") of
	["code", N] -> {code, list_to_integer(N)};
	["shutdown", Why] -> {shutdown, list_to_atom(Why)};
	[_] -> list_to_atom(Word)
	end).

%% The parent of the root
parent(Ctx, Root) ->
	process_flag(trap_exit, true),
	X = list_to_atom(Root),
	receive
	start ->
		start(Ctx, X, none);
	{stop, Pid} ->
		exit(Pid, shutdown);
	{'EXIT', _, _} ->
		ok
	end,
	parent(Ctx, Root).
