%% What is known while the steps of a scenario are done.
-record(play, {
	ctx,			% what the cast is given: {tab, jitter}
	tab,			% the definitions, and what steps have prepared
	parent,			% the parent of the root
	ears,			% who hears what is traced
	root,			% the name of the root
	step = 0,		% the number of the step
	out = [],		% the lines of the trace, the last one first
	up = #{},		% process => name, of those that are up
	names = #{},		% process => name, of all that ever were
	calls = #{},		% caller => step, of calls not answered yet
	tags = #{},		% tag of a call => {step, caller}
	start,			% the step that started the tree
	stop			% the step that stops it
}).
