"""Cold and warm times at each memory size. Changes the functions for a while, so it is done only on request."""

from ..checks import expect
from ..clients import client
from ..run import Run
from ..stack import HTTP_FUNCTIONS
from .timings import spread, timed

SIZES_MEGABYTES = (128, 256, 512, 1024)
WARM_REQUESTS = 5


def run(run: Run) -> None:
    """A function that gets another configuration starts new processes."""
    names = {size: f"Round trips from here at {size} MB, in milliseconds" for size in SIZES_MEGABYTES}
    if not run.memory:
        run.checks.skip("it changes the functions for a while; ask for it with MEMORY=yes", *names.values())
        return
    functions = client("lambda")
    for size, name in names.items():
        with run.checks.record(name, None, None) as fact:
            fact.got = {}
            for resource in HTTP_FUNCTIONS:
                function = run.stack.function(resource)
                if resource not in run.made.memory_megabytes:
                    before = functions.get_function_configuration(FunctionName=function)["MemorySize"]
                    run.made.memory_megabytes[resource] = before
                functions.update_function_configuration(FunctionName=function, MemorySize=size)
                functions.get_waiter("function_updated_v2").wait(FunctionName=function)
                now = functions.get_function_configuration(FunctionName=function)["MemorySize"]
                expect(size, now, resource)
                first, *others = timed(run, resource, 1 + WARM_REQUESTS)
                fact.got[resource] = {"cold": first, "warm": spread(others)}
