/**
 * A thread that reads pieces of files. Asked for one by one each would be a turn of another thread and a promise, which costs several
 * times what reading some KiB does that the system has in memory.
 */
import fs from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { numbersOfPiece, type PiecesAnswer, type PiecesRequest } from './read-messages.ts'

const port = parentPort!

port.on('message', (requests: readonly PiecesRequest[]) => {
  const answers = requests.map(read)
  port.postMessage(
    answers,
    answers.map(({ memory }) => memory),
  )
})

function read({ memory, pieces }: PiecesRequest): PiecesAnswer {
  const bytes = new Uint8Array(memory)
  let end = 0
  try {
    for (let at = 0; at < pieces.length; at += numbersOfPiece) {
      const [fd, position, sizeBytes] = [pieces[at]!, pieces[at + 1]!, pieces[at + 2]!]
      const start = end
      end += sizeBytes
      for (let filled = start; filled < end;) {
        const count = fs.readSync(fd, bytes, filled, end - filled, position + filled - start)
        if (count === 0) return { memory, filledBytes: filled }
        filled += count
      }
    }
    return { memory, filledBytes: end }
  } catch (error) {
    const { message, code, syscall } = error as NodeJS.ErrnoException
    // Not the system's: what was asked for makes no sense.
    if (syscall === undefined) throw error
    return { memory, filledBytes: 0, error: { message, code } }
  }
}
