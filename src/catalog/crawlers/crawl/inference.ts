import { setImmediate } from 'node:timers/promises'
import type { ClassifierRecord } from '../crawlers.ts'
import { toS3Path } from '../s3-path.ts'
import { builtInLogs } from './built-in-logs.ts'
import { unpackBzip2Head } from './bzip2-head.ts'
import { type Classified, classifiedSchema, classifyFiles } from './classified.ts'
import { inferCsv, type CsvShape } from './csv.ts'
import { readDescribedSchemas } from './described.ts'
import { areAlike, mergeSchemas, sameForm, type FileSchema } from './file-schema.ts'
import { mergeColumns, type TypedColumn } from './hive-type.ts'
import { inferJson, inferJsonAt, type JsonShape } from './json.ts'
import type { FileReader } from './local-files.ts'
import { readParquetSchemas } from './parquet.ts'
import type { ReadBefore, Reading } from './read-before.ts'
import { readSample, type Sample } from './sample.ts'
import type { FileInfo } from './tree.ts'

export interface InferenceOptions extends FileReader {
  /** Custom ones, in the order in which they are asked. */
  readonly classifiers: readonly ClassifierRecord[]
  readonly readBefore: ReadBefore
  /** Told once for each file that cannot be read. */
  readonly onBadFile: (path: string, reason: string) => void
}

interface TextFile {
  readonly file: FileInfo
  readonly sample: Sample
}

/** Finds out what files hold, each file once. */
export class Inference {
  readonly #options: InferenceOptions
  readonly #known = new Map<string, FileSchema | undefined>()

  constructor(options: InferenceOptions) {
    this.#options = options
  }

  /** The schemas of the files that can be read. */
  async read(files: readonly FileInfo[]): Promise<ReadonlyMap<FileInfo, FileSchema>> {
    const unknown = files.filter((file) => !this.#isKnown(file))
    const kinds = { parquet: [] as FileInfo[], avro: [] as FileInfo[], orc: [] as FileInfo[] }
    const texts: TextFile[] = []
    for (const file of unknown) {
      this.#options.signal.throwIfAborted()
      await this.#sample(file, kinds, texts)
      await setImmediate()
    }
    this.#take(kinds.parquet, await readParquetSchemas(this.#options, kinds.parquet))
    for (const format of ['avro', 'orc'] as const) {
      const found = await readDescribedSchemas(this.#options, format, kinds[format])
      this.#take(kinds[format], found)
    }
    await this.#readTexts(texts)
    const found = new Map<FileInfo, FileSchema>()
    for (const file of files) {
      const schema = this.#known.get(pathOf(file))
      if (schema) found.set(file, schema)
    }
    return found
  }

  /** Known from this crawl, or from one before. */
  #isKnown(file: FileInfo): boolean {
    if (this.#known.has(pathOf(file))) return true
    const reading = this.#options.readBefore.get(file)
    if (reading) this.#keep(file, reading)
    return reading !== undefined
  }

  #keep(file: FileInfo, reading: Reading): void {
    this.#known.set(pathOf(file), 'schema' in reading ? reading.schema : undefined)
    if ('reason' in reading) this.#options.onBadFile(pathOf(file), reading.reason)
  }

  #learn(file: FileInfo, reading: Reading): void {
    this.#options.readBefore.set(file, reading)
    this.#keep(file, reading)
  }

  async #sample(
    file: FileInfo,
    kinds: Readonly<Record<'parquet' | 'avro' | 'orc', FileInfo[]>>,
    texts: TextFile[],
  ): Promise<void> {
    try {
      let sample = await readSample(this.#options.objects, this.#options.accountId, file)
      if (sample.compression === 'bzip2')
        sample = await unpackBzip2Head(this.#options, file, sample)
      const magic = sample.bytes.subarray(0, 4).toString('latin1')
      if (magic === 'PAR1') kinds.parquet.push(file)
      else if (magic === 'Obj\u0001') kinds.avro.push(file)
      else if (magic.startsWith('ORC')) kinds.orc.push(file)
      else texts.push({ file, sample })
    } catch (error) {
      this.#options.signal.throwIfAborted()
      this.#bad(file, error as Error)
    }
  }

  /** First the custom classifiers in their order, then the built-in ones: JSON, XML, logs, CSV. */
  async #readTexts(texts: readonly TextFile[]): Promise<void> {
    const { classifiers } = this.#options
    const asked = classifiers.filter((one) => one.kind === 'grok' || one.kind === 'xml')
    const wanted = texts.filter(({ sample }) => asked.length > 0 || mayBeClassified(sample))
    const classified = await classifyFiles(
      this.#options,
      wanted
        // An archive is not unpacked by the engine.
        .filter(({ sample }) => sample.compression !== 'zip')
        .map(({ file, sample }) => ({ file, compression: sample.compression })),
      asked,
    )
    for (const { file, sample } of texts) {
      try {
        const found = classified.get(file.key)
        if (found instanceof Error) throw found
        this.#learn(file, { schema: inferText(sample, found, classifiers) })
      } catch (error) {
        this.#bad(file, error as Error)
      }
      await setImmediate()
    }
  }

  #take(files: readonly FileInfo[], found: ReadonlyMap<string, FileSchema | Error>): void {
    for (const file of files) {
      const result = found.get(file.key)
      if (result instanceof Error) this.#bad(file, result)
      else if (result) this.#learn(file, { schema: result })
    }
  }

  #bad(file: FileInfo, error: Error): void {
    this.#learn(file, { reason: error.message })
  }
}

function pathOf(file: FileInfo): string {
  return toS3Path(file.bucket, file.key)
}

/** One schema for files that are alike; undefined when some are not, or when there is none. */
export function mergeAlike(
  schemas: readonly FileSchema[],
  options: { readonly onlyForm: boolean },
): FileSchema | undefined {
  const alike = options.onlyForm ? sameForm : areAlike
  let merged = schemas[0]
  for (const schema of schemas.slice(1)) {
    if (!merged || !alike(merged, schema)) return undefined
    merged = mergeSchemas(merged, schema)
  }
  return merged
}

/** Is it worth asking the engine: does it look like XML, or like a log? */
function mayBeClassified({ bytes }: Sample): boolean {
  const line = bytes.subarray(0, 4096).toString('utf8').trimStart().split('\n', 1)[0]!
  return line.startsWith('<') || builtInLogs.some((log) => log.looksLike.test(line))
}

function inferText(
  { bytes, compression, complete, sampledBytes }: Sample,
  classified: Classified | undefined,
  classifiers: readonly ClassifierRecord[],
): FileSchema {
  // A cut may fall within a character; what is left of it is of no interest.
  const text = bytes.toString('utf8').replace(/^\ufeff/, '')
  if (text.includes('\u0000')) throw new Error('the format is not known')
  const common = { compression, sampledBytes }
  // A log may begin with a bracket too.
  const isJson = /^\s*(?:\{|\[\s*[{[\]])/.test(text)
  for (const classifier of classifiers) {
    if (classifier.kind === 'csv') {
      const csv = inferCsv(text, complete, classifier)
      if (csv) return csvSchema(csv, common)
    } else if (classifier.kind === 'json') {
      const shape = isJson ? inferJsonAt(text, complete, classifier.jsonPath) : undefined
      if (shape && shape.records > 0) return jsonSchema(shape, common)
    } else {
      const found = classified?.custom.get(classifier)
      if (found) return classifiedSchema(found, classifier, common)
    }
  }
  if (isJson) {
    const shape = inferJson(text, complete)
    if (shape.records === 0) throw new Error('no JSON object was found')
    return jsonSchema(shape, common)
  }
  if (classified?.builtIn) return classifiedSchema(classified.builtIn, undefined, common)
  const csv = inferCsv(text, complete)
  if (!csv) throw new Error('the format is not known')
  return csvSchema(csv, common)
}

type Common = Pick<FileSchema, 'compression' | 'sampledBytes'>

function jsonSchema({ fields, records, jsonPath }: JsonShape, common: Common): FileSchema {
  return {
    ...common,
    form: { format: 'json', jsonPath },
    classification: 'json',
    columns: lowerCased([...fields].map(([name, type]) => ({ name, type }))),
    paths: [...fields.keys()],
    records,
  }
}

function csvSchema({ form, columns, records }: CsvShape, common: Common): FileSchema {
  return { ...common, form: { format: 'csv', csv: form }, classification: 'csv', columns, records }
}

/** Hive's column names have no case: members that differ only in it become one column. */
function lowerCased(columns: readonly TypedColumn[]): readonly TypedColumn[] {
  let merged: readonly TypedColumn[] = []
  for (const { name, type } of columns)
    merged = mergeColumns(merged, [{ name: name.toLowerCase(), type }])
  return merged
}
