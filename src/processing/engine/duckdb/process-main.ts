// A query process: opens DuckDB, says it is ready, and runs one task at a time. It ends when its server does.
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { AnswerMessage, RunMessage } from './messages.ts'
import { processSize } from './process-size.ts'
import { failedAnswer } from './task.ts'
import { TaskRunner } from './task-runner.ts'

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
const runner = new TaskRunner(threads)
let tidied: Promise<void> = runner.warm()

process.on('message', (message: RunMessage) => {
  void (async () => {
    await tidied
    const given = await runner.run(message)
    try {
      answer(given)
    } catch (error) {
      // Rows of more text than there is room for in one message.
      answer(failedAnswer(error, -1))
    }
    tidied = runner.tidy(message)
    await tidied
  })()
})

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

await tidied
answer({ kind: 'ready', size: processSize() })
