import { setImmediate } from 'node:timers/promises'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import { toS3Path } from '../s3-path.ts'
import { inferCsv, type CsvClassifier } from './csv.ts'
import { areAlike, mergeSchemas, sameForm, type FileSchema } from './file-schema.ts'
import { mergeColumns, type TypedColumn } from './hive-type.ts'
import { inferJson } from './json.ts'
import { readParquetSchemas } from './parquet.ts'
import { readSample, type Sample } from './sample.ts'
import type { FileInfo } from './tree.ts'

export interface InferenceOptions {
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly accountId: string
  readonly classifiers: readonly CsvClassifier[]
  readonly signal: AbortSignal
  /** Told once for each file that cannot be read. */
  readonly onBadFile: (path: string, reason: string) => void
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
    const unknown = files.filter((file) => !this.#known.has(file.key))
    const parquet: FileInfo[] = []
    for (const file of unknown) {
      this.#options.signal.throwIfAborted()
      await this.#readText(file, parquet)
      await setImmediate()
    }
    for (const [key, result] of await readParquetSchemas(this.#options, parquet)) {
      if (result instanceof Error)
        this.#bad(
          parquet.find((file) => file.key === key)!,
          result,
        )
      else this.#known.set(key, result)
    }
    const found = new Map<FileInfo, FileSchema>()
    for (const file of files) {
      const schema = this.#known.get(file.key)
      if (schema) found.set(file, schema)
    }
    return found
  }

  async #readText(file: FileInfo, parquet: FileInfo[]): Promise<void> {
    try {
      const sample = await readSample(this.#options.objects, this.#options.accountId, file)
      if (sample.bytes.subarray(0, 4).toString('latin1') === 'PAR1') parquet.push(file)
      else this.#known.set(file.key, inferText(sample, this.#options.classifiers))
    } catch (error) {
      this.#options.signal.throwIfAborted()
      this.#bad(file, error as Error)
    }
  }

  #bad(file: FileInfo, error: Error): void {
    this.#known.set(file.key, undefined)
    this.#options.onBadFile(toS3Path(file.bucket, file.key), error.message)
  }
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

function inferText(sample: Sample, classifiers: readonly CsvClassifier[]): FileSchema {
  const { compression, complete, sampledBytes } = sample
  const magic = sample.bytes.subarray(0, 4).toString('latin1')
  if (magic === 'Obj\u0001') throw new Error('Avro files are not supported')
  if (magic.startsWith('ORC')) throw new Error('ORC files are not supported')
  // A cut may fall within a character; what is left of it is of no interest.
  const text = sample.bytes.toString('utf8').replace(/^\ufeff/, '')
  if (text.includes('\u0000')) throw new Error('the format is not known')
  const common = { compression, sampledBytes }
  if (/^\s*[{[]/.test(text)) {
    const { fields, records } = inferJson(text, complete)
    if (records === 0) throw new Error('no JSON object was found')
    const columns = lowerCased([...fields].map(([name, type]) => ({ name, type })))
    return { ...common, format: 'json', columns, paths: [...fields.keys()], records }
  }
  const csv = inferCsv(text, complete, classifiers)
  if (!csv) throw new Error('the format is not known')
  return { ...common, format: 'csv', columns: csv.columns, csv: csv.form, records: csv.records }
}

/** Hive's column names have no case: members that differ only in it become one column. */
function lowerCased(columns: readonly TypedColumn[]): readonly TypedColumn[] {
  let merged: readonly TypedColumn[] = []
  for (const { name, type } of columns)
    merged = mergeColumns(merged, [{ name: name.toLowerCase(), type }])
  return merged
}
