import type { Scan } from '#consumption/sql'
import { type PrepareStep, lastingFolder, lastingName } from '#processing/engine'
import type { TaskFile } from '#processing/iceberg'
import { type Codec, type Encoding, type FileField, codecOfName } from '#storage/formats'
import type { Format } from '../formats/format.ts'
import { failed } from './failure.ts'
import type { PlannedFile } from './files.ts'
import { hiveDefaultPartition } from './partitions.ts'

/** A file as the engine sees it. */
export interface LinkedFile extends PlannedFile, TaskFile {
  /** Its place in the task's input folder, which names that are made of it begin with. */
  readonly base: string
  /** How a file of text is compressed. */
  readonly codec: Codec | undefined
  /** What the engine reads, once `steps` are done: the file itself, or what is made of it. May be a pattern. */
  readonly readName: string
  readonly steps: readonly PrepareStep[]
}

/** Compressions that the engine reads itself, by these endings. */
const native: Readonly<Partial<Record<Codec, string>>> = { gzip: '.gz', zstd: '.zst' }

/** The folder of a table's files among lasting inputs. */
export function tableFolder({ database, name }: Pick<Scan, 'database' | 'name'>): string {
  return `${lastingFolder}/${lastingName(database, name)}`
}

/**
 * Names a file by its place in the scan and the values of its partition, and says how it becomes readable. `folder` is that of its
 * table.
 */
export function nameFile(
  scan: Pick<Scan, 'id'> & { readonly folder: string },
  file: PlannedFile,
  format: Format,
  index: number,
): Omit<LinkedFile, 'path'> {
  const { bucket, key, sizeBytes, versionId, etag } = file.object
  const uri = `s3://${bucket}/${key}`
  const folders = (file.partition?.values ?? []).map(
    (value, place) => `__k${place}=${encode(value)}/`,
  )
  if (folders.some((folder) => folder.length > 250)) {
    throw failed('NOT_SUPPORTED', `a partition value is too long: ${uri}`)
  }
  const version = versionId ?? etag
  // Nothing is made beside it: the object's bytes tell its name, and so all that read it read one file.
  const isLasting = format.kind === 'parquet' && file.localPath === undefined
  const base = isLasting
    ? `${scan.folder}/${folders.join('')}${lastingName(bucket, key, version, sizeBytes)}`
    : `${scan.id}/${folders.join('')}f${index}`
  const common = { ...file, uri, sizeBytes, version, base }
  const codec = codecOf(key, format, uri)
  const [extension, path] = extensionOf(format)
  const ending = codec ? native[codec] : ''
  if (ending !== undefined && path === undefined) {
    const name = `${base}.${extension}${ending}`
    return { ...common, codec, name, readName: name, steps: [] }
  }
  const readName = `${base}.${extension}`
  const name = `${base}.packed`
  const steps: PrepareStep[] = []
  if (codec) {
    const output = path === undefined ? readName : `${base}.whole`
    steps.push({ kind: 'unpack', input: name, output, codec })
  }
  if (path !== undefined) {
    const input = codec ? `${base}.whole` : name
    steps.push({ kind: 'records', input, output: readName, path })
  }
  return { ...common, codec, name, readName, steps }
}

/** The file decoded: its rows of these columns, as Parquet. */
export function decodedFile(
  file: LinkedFile,
  encoding: Encoding,
  columns: readonly FileField[],
): LinkedFile {
  const plain = unpackedFile(file)
  const step = {
    kind: 'decode',
    input: plain.readName,
    output: file.base,
    encoding,
    columns,
  } as const
  return { ...plain, steps: [...plain.steps, step], readName: `${file.base}.*.parquet` }
}

/** The file without compression: what decoders read. */
export function unpackedFile(file: LinkedFile): LinkedFile {
  const { codec, name, base } = file
  if (!codec || file.readName !== name) return file
  const output = `${base}.plain`
  return { ...file, readName: output, steps: [{ kind: 'unpack', input: name, output, codec }] }
}

function codecOf(key: string, format: Format, uri: string): Codec | undefined {
  // These compress their own parts: endings say nothing.
  if (format.kind === 'parquet' || format.kind === 'orc' || format.kind === 'avro') return undefined
  const { codec, refused } = codecOfName(key)
  if (refused) {
    throw failed('HIVE_UNSUPPORTED_FORMAT', `Files compressed as ${refused} cannot be read: ${uri}`)
  }
  return codec
}

function extensionOf(format: Format): readonly [extension: string, path?: string] {
  switch (format.kind) {
    case 'json':
      return ['json', format.path]
    case 'text':
    case 'csv':
      return ['csv']
    case 'decoded':
      return ['text']
    default:
      return [format.kind]
  }
}

/** A value as it stands in a folder's name; the engine decodes it, and reads Hive's default as NULL. */
function encode(value: string): string {
  return value === hiveDefaultPartition || value === ''
    ? hiveDefaultPartition
    : encodeURIComponent(value).replaceAll('*', '%2A')
}
