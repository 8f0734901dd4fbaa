import { BoundedCache } from '#kit'
import type { QueryEngine } from '#processing/engine'
import type { Encoding, FileField as DecodedField } from '#storage/formats'
import {
  type FileSchema,
  type VariantFileType,
  parseFileSchema,
  schemasSql,
  variantsOf,
  withVariants,
} from './file-schema.ts'
import { IcebergErrors } from '../errors.ts'
import { decodedSchema, encodingOf } from './formats.ts'
import { nameOf, type TaskFile } from './task-file.ts'
import { variantFacts } from './variant-facts.ts'

/** Files whose schemas are remembered, and their names. */
const fileBounds = { countMax: 50_000, lengthMax: 16 * 1024 * 1024 }
/** Different schemas that are remembered, and their texts. */
const schemaBounds = { countMax: 5_000, lengthMax: 16 * 1024 * 1024 }
/** Files looked into by one task of the engine. */
const filesAtOnce = 2_000

/** A schema with a name for it, so that alike ones are found without comparing. */
export interface KnownSchema {
  readonly key: string
  readonly fields: FileSchema
  /** What decodes files that the engine does not read, and their columns as the decoder has them: those of `fields`, in order. */
  readonly decoder?: { readonly encoding: Encoding; readonly columns: readonly DecodedField[] }
}

/** Finds out the columns of data files before they are read, and remembers them: a file of a table never changes. */
export class FileSchemas {
  readonly #engine: QueryEngine
  readonly #byFile = new BoundedCache<string, KnownSchema>(fileBounds)
  readonly #byText = new BoundedCache<string, KnownSchema>(schemaBounds)
  #count = 0

  constructor(engine: QueryEngine) {
    this.#engine = engine
  }

  async of(files: readonly TaskFile[], signal: AbortSignal): Promise<readonly KnownSchema[]> {
    const found = new Map<TaskFile, KnownSchema>()
    const unknown: TaskFile[] = []
    for (const file of files) {
      const schema = this.#byFile.get(identity(file))
      if (schema) found.set(file, schema)
      else unknown.push(file)
    }
    for (let start = 0; start < unknown.length; start += filesAtOnce) {
      await this.#look(unknown.slice(start, start + filesAtOnce), found, signal)
    }
    return files.map((file) => found.get(file)!)
  }

  async #look(
    files: readonly TaskFile[],
    found: Map<TaskFile, KnownSchema>,
    signal: AbortSignal,
  ): Promise<void> {
    const kinds = Map.groupBy(files, (file) => encodingOf(file)?.kind)
    for (const [kind, alike] of kinds) {
      if (kind === undefined) await this.#lookIntoParquet(alike, found, signal)
      else await this.#describe(alike, encodingOf(alike[0]!)!, found, signal)
    }
  }

  /** Errors: `DataFileUnreadable`. */
  async #describe(
    files: readonly TaskFile[],
    encoding: Encoding,
    found: Map<TaskFile, KnownSchema>,
    signal: AbortSignal,
  ): Promise<void> {
    const { rows } = await this.#engine.run(
      {
        inputs: files.map(({ name, path }) => ({ name, path })),
        prepare: [{ kind: 'describe', inputs: files.map(({ name }) => name), encoding }],
        statements: ['SELECT name, fields, problem FROM file_descriptions'],
      },
      signal,
    )
    const byName = new Map(files.map((file) => [file.name, file]))
    for (const [name, text, problem] of rows) {
      const file = byName.get(String(name))!
      if (problem !== null) {
        throw IcebergErrors.DataFileUnreadable(`Cannot read ${file.uri}: ${String(problem)}`, {
          file: file.uri,
        })
      }
      this.#note(file, this.#described(String(text), encoding), found)
    }
  }

  #described(text: string, encoding: Encoding): KnownSchema {
    return this.#known(`${encoding.kind} ${text}`, () => {
      const columns = JSON.parse(text) as readonly DecodedField[]
      return { fields: decodedSchema(columns), decoder: { encoding, columns } }
    })
  }

  #note(file: TaskFile, schema: KnownSchema, found: Map<TaskFile, KnownSchema>): void {
    found.set(file, schema)
    const name = identity(file)
    this.#byFile.set(name, schema, name.length)
  }

  async #lookIntoParquet(
    files: readonly TaskFile[],
    found: Map<TaskFile, KnownSchema>,
    signal: AbortSignal,
  ): Promise<void> {
    const result = await this.#engine.run(
      {
        inputs: files.map(({ name, path }) => ({ name, path })),
        statements: [schemasSql(files.map((file) => file.name))],
      },
      signal,
    )
    const byName = new Map(files.map((file) => [file.name, file]))
    for (const [text, paths] of result.rows) {
      const schema = this.#known(String(text), () => ({ fields: parseFileSchema(String(text)) }))
      const alike = (JSON.parse(String(paths)) as string[]).map((path) => byName.get(nameOf(path))!)
      const variants = variantsOf(schema.fields)
      if (variants.length === 0) for (const file of alike) this.#note(file, schema, found)
      else await this.#lookIntoVariants(alike, String(text), variants, found, signal)
    }
  }

  /** Files whose schemas read alike may hold variants in different ways. */
  async #lookIntoVariants(
    files: readonly TaskFile[],
    text: string,
    variants: readonly VariantFileType[],
    found: Map<TaskFile, KnownSchema>,
    signal: AbortSignal,
  ): Promise<void> {
    const facts = await variantFacts(this.#engine, files, variants, signal)
    for (const file of files) {
      const own = facts.get(file.name)!
      const schema = this.#known(`${text} ${JSON.stringify(own)}`, () => ({
        fields: withVariants(parseFileSchema(text), (variant) => ({
          ...variant,
          ...own[variant.path],
        })),
      }))
      this.#note(file, schema, found)
    }
  }

  /** One object for all files of a schema. */
  #known(text: string, make: () => Omit<KnownSchema, 'key'>): KnownSchema {
    const known = this.#byText.get(text)
    if (known) return known
    const schema = { key: `s${this.#count++}`, ...make() }
    this.#byText.set(text, schema, text.length)
    return schema
  }
}

function identity({ uri, sizeBytes }: TaskFile): string {
  return `${uri}\0${sizeBytes}`
}
