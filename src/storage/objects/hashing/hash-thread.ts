/**
 * A thread that hashes: MD5 alone takes a second of a core for every 600 MB, for which the event loop would answer nobody.
 * It runs what it is sent, in order.
 */
import { parentPort } from 'node:worker_threads'
import { Digester } from '../digest.ts'
import type { HashAnswer, HashRequest } from './messages.ts'

const port = parentPort!
const jobs = new Map<number, Promise<Digester>>()

async function run(request: HashRequest): Promise<void> {
  const { job } = request
  if (request.kind === 'begin') {
    jobs.set(job, Digester.create(request.algorithms))
    return
  }
  const begun = jobs.get(job)
  // Of a job that was abandoned: only its memory goes back.
  if (!begun) {
    if (request.kind === 'bytes') {
      answer({ job, kind: 'taken', memory: request.memory }, [request.memory])
    }
    return
  }
  const digester = await begun
  switch (request.kind) {
    case 'bytes':
      digester.update(new Uint8Array(request.memory, 0, request.sizeBytes))
      return answer({ job, kind: 'taken', memory: request.memory }, [request.memory])
    case 'end':
      jobs.delete(job)
      return answer({ job, kind: 'digested', digested: digester.end() })
    case 'abandon':
      jobs.delete(job)
      // Its hashers go back to those that are used again.
      digester.end()
  }
}

function answer(message: HashAnswer, moved: ArrayBuffer[] = []): void {
  port.postMessage(message, moved)
}

/** One after the other: the first of a job may have to wait for a library. */
let turn: Promise<void> = Promise.resolve()
port.on('message', (request: HashRequest) => {
  turn = turn.then(() => run(request))
})
