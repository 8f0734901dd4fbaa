import type { Terminal } from './command.ts'

/**
 * Closes a server, and answers the exit status. What has not ended in time is named on stderr, and the process ends itself: whoever stops a server
 * shall not have to look after it, and nothing that was acknowledged hangs on a clean end.
 */
export async function stopWithin(
  timeMs: number,
  server: { close(): Promise<void>; underWay(): readonly string[] },
  terminal: Pick<Terminal, 'err'>,
): Promise<number> {
  if (await isDoneWithin(timeMs, server.close())) return 0
  const left = server.underWay().join(', ') || 'nothing that is known'
  terminal.err(
    `stopping has taken ${timeMs / 1000} s, and the process ends itself: what was acknowledged is on the disk. It waited for: ${left}\n`,
  )
  // Not `exit`: that waits for threads, and one of them may be what does not end.
  process.kill(process.pid, 'SIGKILL')
  return 1
}

async function isDoneWithin(timeMs: number, work: Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, timeMs, false)
  const isDone = await Promise.race([work.then(() => true), promise])
  clearTimeout(timer)
  return isDone
}
