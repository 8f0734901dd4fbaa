import type { Readable } from 'node:stream'
import type { Clock, Logger } from '#kit'

export interface LogLine {
  readonly timestampMs: number
  readonly message: string
}

/** Where a process's lines go. Resolves when they are kept. */
export type WriteLines = (lines: readonly LogLine[]) => Promise<void>

const lineCharsMax = 200_000
const heldCharsMax = 2_000_000
const batchLinesMax = 1000
const batchCharsMax = 500_000
const flushMs = 250
const tailBytesMax = 4096

/**
 * Cuts what a process prints into lines and writes them in batches, a moment later. A process that prints faster than the lines
 * can be kept is made to wait. Lines that cannot be kept are told to the server's log, and lost.
 */
export class LogSink {
  readonly #write: WriteLines
  readonly #clock: Clock
  readonly #log: Logger
  readonly #partial = new Map<Readable, string>()
  #held: LogLine[] = []
  #heldChars = 0
  #flushing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** Of the invocation under way; undefined when nobody asked for it. */
  #tail: string | undefined

  constructor(options: {
    readonly write: WriteLines
    readonly clock: Clock
    readonly log: Logger
  }) {
    this.#write = options.write
    this.#clock = options.clock
    this.#log = options.log
  }

  get nowMs(): number {
    return this.#clock.now()
  }

  follow(stream: Readable): void {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      const lines = ((this.#partial.get(stream) ?? '') + text).split('\n')
      const rest = lines.pop()!
      for (const line of lines) this.add(line)
      if (rest.length >= lineCharsMax) this.add(rest)
      this.#partial.set(stream, rest.length >= lineCharsMax ? '' : rest)
      if (this.#heldChars > heldCharsMax) {
        stream.pause()
        void this.flush().finally(() => stream.resume())
      }
    })
    stream.on('end', () => {
      const rest = this.#partial.get(stream)
      if (rest) this.add(rest)
      this.#partial.delete(stream)
    })
  }

  /** One event, its end of line left out. Carriage returns stand for the line ends inside of it. */
  add(line: string): void {
    const message = line.replace(/\r+$/, '').slice(0, lineCharsMax)
    if (message === '') return
    const clean = message.replaceAll('\r', '\n')
    this.#held.push({ timestampMs: this.#clock.now(), message: clean })
    this.#heldChars += clean.length
    if (this.#tail !== undefined) this.#tail = `${this.#tail}${clean}\n`.slice(-tailBytesMax)
    this.#timer ??= setTimeout(() => void this.flush(), flushMs)
  }

  /** Begins to keep the last 4 KB. */
  startTail(): void {
    this.#tail = ''
  }

  /** The last 4 KB since `startTail`. */
  tail(): string {
    const bytes = Buffer.from(this.#tail ?? '')
    return bytes.subarray(Math.max(0, bytes.length - tailBytesMax)).toString()
  }

  /** Everything so far is written when it resolves. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing ??= this.#drain()
    await this.#flushing
  }

  async #drain(): Promise<void> {
    await Promise.resolve()
    while (this.#held.length > 0) {
      let chars = 0
      let count = 0
      while (count < Math.min(this.#held.length, batchLinesMax) && chars < batchCharsMax) {
        chars += this.#held[count++]!.message.length
      }
      const lines = this.#held.splice(0, count)
      this.#heldChars -= chars
      try {
        await this.#write(lines)
      } catch (error) {
        this.#log.warn({ err: error, lines: lines.length }, 'log lines of a function were lost')
      }
    }
    // In the same step as the last look: what comes later is not said to be written by this.
    this.#flushing = undefined
  }
}
