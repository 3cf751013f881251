// The headers of this folder are whole by themselves; a library wants one file.
#include "node/work/clock.hpp"
#include "node/work/lifecycle.hpp"
#include "node/work/work_queue.hpp"
#include "node/work/worker_pool.hpp"
