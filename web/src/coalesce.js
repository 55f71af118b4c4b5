// At most one request under way and at most one waiting: a slider in motion never builds a queue.

export function newestOnly(run) {
  let busy = false;
  let waiting = null;
  async function drain(argument) {
    busy = true;
    try {
      await run(argument);
    } finally {
      busy = false;
      if (waiting) {
        const [next] = waiting;
        waiting = null;
        drain(next);
      }
    }
  }
  return (argument) => {
    if (busy) waiting = [argument];
    else drain(argument);
  };
}
