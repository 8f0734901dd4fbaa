import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFully } from '#kit'
import { malformedRecord, type BadRecord } from './bad-record.ts'
import type { RowsInput } from './convert-rows.ts'
import { JsonFramer, type FramingOptions } from './json-framer.ts'
import { Lines } from './lines.ts'
import { PlainLines } from './plain-lines.ts'

export interface WrittenLines {
  readonly path: string
  readonly lines: Lines
  /** Some records were joined without a look at their brackets. */
  readonly hasPlain: boolean
}

const writeBytes = 1 << 20

/**
 * Writes the records that are not bad, a line for each object, and notes whose each line is. Where they may be plain, records are joined without a look
 * at their brackets.
 */
export async function writeLines(
  input: Pick<RowsInput, 'records' | 'folder'>,
  framing: FramingOptions,
  bad: Map<number, BadRecord>,
  mayBePlain: boolean,
): Promise<WrittenLines> {
  const framer = new JsonFramer(framing)
  const plain = mayBePlain ? new PlainLines(framing) : undefined
  const path = join(input.folder, 'batch.json')
  const lines = new Lines()
  let hasPlain = false
  let index = 0
  await using handle = await open(path, 'w', 0o600)
  const file = new LineFile(handle)
  for await (const given of input.records()) {
    const page = 'page' in given ? given.records() : given
    const joined = plain?.join(page)
    if (joined) {
      hasPlain = true
      for (const { data } of page) lines.add(index++, 1, data.byteLength)
      // The bytes will be used again.
      await file.add(joined)
      await file.flush()
      if ('page' in given) given.page.release()
      continue
    }
    for (const { data } of page) {
      if (!bad.has(index)) {
        const added = framer.add(data)
        if (typeof added === 'string') {
          bad.set(index, malformedRecord(added))
        } else {
          lines.add(index, added, data.byteLength)
        }
      }
      index += 1
    }
    if (framer.sizeBytes > 0) await file.add(framer.take())
    if ('page' in given) given.page.release()
  }
  await file.flush()
  return { path, lines, hasPlain }
}

/** Gathers what is to be written: a call for every page costs more than the writing. */
class LineFile {
  readonly #file: FileHandle
  #pieces: Uint8Array[] = []
  #bytes = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  async add(piece: Uint8Array): Promise<void> {
    this.#pieces.push(piece)
    this.#bytes += piece.byteLength
    if (this.#bytes >= writeBytes) await this.flush()
  }

  async flush(): Promise<void> {
    const pieces = this.#pieces
    this.#pieces = []
    this.#bytes = 0
    await writeFully(this.#file, pieces)
  }
}
