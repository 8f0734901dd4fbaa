import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#kit'
import type { ErrorOutputType, FailedRecord } from './delivery-record.ts'
import { errorLine } from './error-line.ts'
import type { DeliveryTrouble } from './error-log.ts'
import type { Target } from './records.ts'
import type { NumberRecord } from './transforms/lambda.ts'

export interface ErrorFilesOptions {
  readonly target: Target
  readonly clock: Clock
  /** How the source numbers its records; undefined for by their places in the log. */
  readonly numbers: () => Promise<NumberRecord | undefined>
  readonly folder: () => Promise<string>
}

/** Records of a batch that cannot be delivered, in a file for each kind of trouble. Their order is that of the source. */
export class ErrorFiles implements AsyncDisposable {
  readonly #options: ErrorFilesOptions
  readonly #files = new Map<ErrorOutputType, { readonly path: string; readonly file: FileHandle }>()
  /** The first of each code. */
  readonly #troubles = new Map<string, DeliveryTrouble>()
  #numbers: Promise<NumberRecord | undefined> | undefined
  count = 0

  constructor(options: ErrorFilesOptions) {
    this.#options = options
  }

  get troubles(): readonly DeliveryTrouble[] {
    return [...this.#troubles.values()]
  }

  async add(failed: readonly FailedRecord[]): Promise<void> {
    const { target, clock } = this.#options
    const nowMs = clock.now()
    const numberOf = await (this.#numbers ??= this.#options.numbers())
    const lines = new Map<ErrorOutputType, string[]>()
    for (const each of failed) {
      const { outputType, code, message } = each.failure
      const line = errorLine(target, each, nowMs, numberOf)
      const others = lines.get(outputType)
      if (others) others.push(line)
      else lines.set(outputType, [line])
      if (!this.#troubles.has(code)) this.#troubles.set(code, { code, message })
    }
    this.count += failed.length
    for (const [outputType, texts] of lines) {
      const { file } = await this.#fileOf(outputType)
      await file.writeFile(texts.join(''))
    }
  }

  /** Ends the files. */
  async end(): Promise<readonly { readonly outputType: ErrorOutputType; readonly path: string }[]> {
    await this[Symbol.asyncDispose]()
    return [...this.#files].map(([outputType, { path }]) => ({ outputType, path }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { file } of this.#files.values()) await file.close()
  }

  async #fileOf(outputType: ErrorOutputType) {
    const known = this.#files.get(outputType)
    if (known) return known
    const path = join(await this.#options.folder(), `${outputType}.errors`)
    const made = { path, file: await open(path, 'wx', 0o600) }
    this.#files.set(outputType, made)
    return made
  }
}
