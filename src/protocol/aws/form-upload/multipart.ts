import type { Readable } from 'node:stream'
import { fieldsTooLarge, malformedForm, noFile, notAForm } from './errors.ts'

/** A form up to its file. */
export interface UploadForm {
  /** What came before the file; names in lower case, the first of a name counts. */
  readonly fields: ReadonlyMap<string, string>
  readonly file: UploadedFile
}

export interface UploadedFile {
  /** Without folders; empty when the part has none. */
  readonly filename: string
  /** Ends only when the whole form was there; what follows the file is read and ignored, as S3 does. */
  readonly content: AsyncIterable<Buffer>
}

/** "The form data and boundaries (excluding the file contents) cannot exceed 20KB", says S3. */
const formBytesMax = 20 * 1024
const partsMax = 1000

/**
 * Reads a form as it comes (RFC 7578), so that a file of any size passes through.
 * Errors: `PreconditionFailed` for another content type, `MalformedPOSTRequest`, `MaxPostPreDataLengthExceededError`, `InvalidArgument`.
 */
export async function readUploadForm(
  contentType: string | undefined,
  body: Readable,
): Promise<UploadForm> {
  const reader = new PartReader(body, boundaryOf(contentType))
  const fields = new Map<string, string>()
  let head = await reader.next()
  for (let count = 0; head; count += 1) {
    if (count > partsMax) throw fieldsTooLarge()
    const name = head.name.toLowerCase()
    if (name === 'file') {
      return { fields, file: { filename: head.filename, content: reader.file() } }
    }
    const value = await reader.value()
    if (!fields.has(name)) fields.set(name, value)
    head = await reader.next()
  }
  throw noFile()
}

function boundaryOf(contentType: string | undefined): string {
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType ?? '')) throw notAForm()
  const match = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType!)
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw malformedForm()
  return boundary
}

interface PartHead {
  readonly name: string
  readonly filename: string
}

/** Takes a body apart at its boundaries. What is not the file counts against `formBytesMax`. */
class PartReader {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #delimiter: Buffer
  // The first boundary may stand at the very start: as if a line had ended there.
  #held: Buffer = Buffer.from('\r\n')
  #formBytes = 0

  constructor(body: Readable, boundary: string) {
    this.#chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    this.#delimiter = Buffer.from(`\r\n--${boundary}`)
  }

  /** The head of the next part; undefined after the last one. */
  async next(): Promise<PartHead | undefined> {
    if (this.#formBytes === 0) await this.#take(this.#delimiter)
    const line = await this.#take(lineEnd)
    if (line.toString('latin1').trimEnd() === '--') return undefined
    if (line.toString('latin1').trim() !== '') throw malformedForm()
    const head = (await this.#take(headEnd)).toString()
    const disposition = /^content-disposition:\s*form-data\s*(;.*)$/im.exec(head)?.[1]
    const name = disposition === undefined ? undefined : parameterOf(disposition, 'name')
    if (name === undefined) throw malformedForm()
    const filename = parameterOf(disposition!, 'filename') ?? ''
    return { name, filename: filename.slice(Math.max(...slashes(filename)) + 1) }
  }

  async value(): Promise<string> {
    return (await this.#take(this.#delimiter)).toString()
  }

  async *file(): AsyncGenerator<Buffer> {
    const kept = this.#delimiter.length - 1
    for (;;) {
      const end = this.#held.indexOf(this.#delimiter)
      if (end >= 0) {
        const last = this.#held.subarray(0, end)
        this.#held = this.#held.subarray(end + this.#delimiter.length)
        if (last.length > 0) yield last
        break
      }
      const sure = this.#held.length - kept
      if (sure > 0) {
        const part = this.#held.subarray(0, sure)
        this.#held = this.#held.subarray(sure)
        yield part
      }
      await this.#more()
    }
    while (await this.next()) await this.value()
  }

  /** Everything up to a mark, which is taken away with it. */
  async #take(mark: Buffer): Promise<Buffer> {
    let from = 0
    for (;;) {
      const end = this.#held.indexOf(mark, from)
      if (end >= 0) {
        const taken = this.#held.subarray(0, end)
        this.#held = this.#held.subarray(end + mark.length)
        this.#formBytes += end + mark.length
        if (this.#formBytes > formBytesMax) throw fieldsTooLarge()
        return taken
      }
      if (this.#formBytes + this.#held.length > formBytesMax) throw fieldsTooLarge()
      from = Math.max(0, this.#held.length - mark.length + 1)
      await this.#more()
    }
  }

  async #more(): Promise<void> {
    const result = await this.#chunks.next()
    if (result.done === true) {
      // The last boundary needs no line end of its own.
      if (this.#held.toString('latin1') === '--') this.#held = Buffer.from('--\r\n')
      else throw malformedForm()
    } else {
      this.#held =
        this.#held.length === 0 ? result.value : Buffer.concat([this.#held, result.value])
    }
  }
}

const lineEnd = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')

/** A parameter's value; browsers write a quote as `%22`, others escape it. */
function parameterOf(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:\\\\"|[^"])*)"|([^\\s;"]+))`, 'i').exec(
    disposition,
  )
  const value = match?.[1] ?? match?.[2]
  return value
    ?.replaceAll('\\"', '"')
    .replaceAll('%22', '"')
    .replaceAll(/%0D|%0A/gi, ' ')
}

/** Some browsers send the path on their user's disk. */
function slashes(filename: string): number[] {
  return [filename.lastIndexOf('/'), filename.lastIndexOf('\\')]
}
