// A query process: opens DuckDB, says it is ready, and runs one task at a time, each in an
// instance of its own. It ends when its server does.
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { AnswerMessage, RunMessage } from './messages.ts'
import { addressSpaceBytes } from './process-size.ts'
import { openInstance, runTask, type Instance } from './task.ts'

const threads = Number(process.argv[2]) || availableParallelism()

function answer(message: AnswerMessage): void {
  process.send?.(message)
}

/** When memory runs out, the kernel should take this process, never the server. */
function volunteerForOutOfMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Not Linux, or not allowed: the limits of the process still hold.
  }
}

volunteerForOutOfMemory()
let next: Promise<Instance> = openInstance(threads)

process.on('message', (message: RunMessage) => {
  void (async () => {
    const instance = await next
    answer(await runTask(instance, message))
    // While the answer travels, the next task's instance is made.
    instance.close()
    next = openInstance(threads)
    await next
  })()
})

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

await next
answer({ kind: 'ready', addressSpaceBytes: addressSpaceBytes() })
