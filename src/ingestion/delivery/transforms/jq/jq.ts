import { Worker } from 'node:worker_threads'
import { Turns } from '../../turns.ts'
import type { JqAnswer, JqRequest, JqResult } from './messages.ts'

/** How long a query may take for some texts, and for one. */
const chunkMsMax = 3000
const singleMsMax = 500
const chunkTexts = 500
const chunkCharacters = 1 << 20
/** After so many texts that took too long, the others of their chunk are not tried. */
const lateMax = 4
const idleMsMax = 30_000

/**
 * Runs a query of jq over texts of JSON: one result for each, in their order. A query that loops, or takes too much memory, fails for the texts for
 * which it does. Throws the signal's reason once that is aborted: all that a query may take is minutes. https://jqlang.org/manual/
 */
export async function runJq(
  query: string,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly JqResult[]> {
  const results: JqResult[] = []
  for (const chunk of chunksOf(texts)) {
    // One after another, so that many who ask take turns.
    const chunkResults = await turns.run(async () => {
      signal.throwIfAborted()
      return runChunk(query, chunk)
    })
    for (const result of chunkResults) results.push(result)
  }
  return results
}

/** Why a query does not compile; undefined when it does. */
export async function troubleOfQuery(query: string): Promise<string | undefined> {
  const results = await turns.run(() => ask({ query, texts: [], check: true }, chunkMsMax))
  const [result] = results ?? []
  return result && 'error' in result ? result.error : undefined
}

/** Like the threads that Node keeps for files: one for the process, made at need. */
const turns = new Turns()
let thread: Thread | undefined

async function runChunk(query: string, texts: readonly string[]): Promise<readonly JqResult[]> {
  const together = await ask({ query, texts }, chunkMsMax)
  if (together) return together
  const results: JqResult[] = []
  let late = 0
  for (const text of texts) {
    const alone = late < lateMax ? await ask({ query, texts: [text] }, singleMsMax) : undefined
    if (!alone) late += 1
    results.push(...(alone ?? [{ error: 'the query takes too long, or too much memory' }]))
  }
  return results
}

/** Undefined when the thread had to be given up. */
async function ask(request: Omit<JqRequest, 'id'>, timeMs: number) {
  thread ??= new Thread()
  const current = thread
  const results = await current.ask(request, timeMs)
  if (!results && thread === current) thread = undefined
  return results
}

function* chunksOf(texts: readonly string[]): Generator<readonly string[]> {
  let chunk: string[] = []
  let characters = 0
  for (const text of texts) {
    chunk.push(text)
    characters += text.length
    if (chunk.length >= chunkTexts || characters >= chunkCharacters) {
      yield chunk
      chunk = []
      characters = 0
    }
  }
  if (chunk.length > 0) yield chunk
}

class Thread {
  readonly #worker: Worker
  readonly #ready: Promise<unknown>
  #nextId = 1
  #idle: NodeJS.Timeout | undefined

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    this.#worker = new Worker(new URL(`./jq-thread${extension}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 256 },
      stdout: true,
      stderr: true,
      env: {},
    })
    this.#worker.unref()
    // Loading the library is not the query's time.
    this.#ready = this.#send({ query: '.', texts: ['null'] }, 60_000)
  }

  async ask(
    request: Omit<JqRequest, 'id'>,
    timeMs: number,
  ): Promise<readonly JqResult[] | undefined> {
    clearTimeout(this.#idle)
    if ((await this.#ready) === undefined) return undefined
    const results = await this.#send(request, timeMs)
    this.#idle = setTimeout(() => this.#leave(), idleMsMax).unref()
    return results
  }

  #send(request: Omit<JqRequest, 'id'>, timeMs: number) {
    const id = this.#nextId++
    const { promise, resolve } = Promise.withResolvers<readonly JqResult[] | undefined>()
    const giveUp = () => {
      resolve(undefined)
      void this.#worker.terminate()
    }
    const onMessage = (answer: JqAnswer) => {
      if (answer.id === id) resolve(answer.results)
    }
    this.#worker.on('message', onMessage)
    this.#worker.on('error', giveUp)
    this.#worker.on('exit', giveUp)
    let turn: NodeJS.Immediate | undefined
    // After a turn that was held up for so long the timer comes before the messages: an answer may lie there.
    const timer = setTimeout(() => (turn = setImmediate(giveUp)), timeMs)
    this.#worker.postMessage({ id, ...request } satisfies JqRequest)
    return promise.finally(() => {
      clearTimeout(timer)
      clearImmediate(turn)
      this.#worker.off('message', onMessage)
      this.#worker.off('error', giveUp)
      this.#worker.off('exit', giveUp)
    })
  }

  #leave(): void {
    if (thread === this) thread = undefined
    void this.#worker.terminate()
  }
}
