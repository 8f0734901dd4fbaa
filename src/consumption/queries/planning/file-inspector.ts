import { BoundedCache } from '#kit'
import type { QueryEngine } from '#processing/engine'
import type { Encoding, FileField } from '#storage/formats'
import { type JsonStructure, structureSql } from '../formats/json.ts'
import {
  type ParquetSchema,
  columnBytes,
  describeSql,
  groupBySchemaSql,
  toField,
} from '../formats/parquet.ts'
import { failed } from './failure.ts'
import { type LinkedFile, unpackedFile } from './linked-file.ts'

/** Files whose contents are remembered, and of what is known of each kind the characters, or bytes. */
const fileBounds = { countMax: 20_000, lengthMax: 32 * 1024 * 1024 }
/** Different schemas that are remembered, and their texts. */
const schemaBounds = { countMax: 5_000, lengthMax: 16 * 1024 * 1024 }
/** Files looked into by one task of the engine. */
const filesAtOnce = 2_000

/** What is known of a Parquet file. */
interface ParquetFacts {
  readonly schema: ParquetSchema
  /** Compressed, by column. */
  readonly bytes: Float64Array
}

/** Files with the same schema. */
export interface ParquetFiles {
  readonly schema: ParquetSchema
  readonly files: readonly LinkedFile[]
  /** The compressed bytes of the columns of each file. */
  readonly bytes: readonly Float64Array[]
}

/**
 * Finds out the schemas of files before they are read, and remembers them: an object's bytes never
 * change under one ETag.
 */
export class FileInspector {
  readonly #engine: QueryEngine
  readonly #parquet = new BoundedCache<string, ParquetFacts>(fileBounds)
  /** By their text. Files that are known already keep theirs when one goes: at worst they are read apart. */
  readonly #schemas = new BoundedCache<string, ParquetSchema>(schemaBounds)
  readonly #structures = new BoundedCache<string, JsonStructure>(fileBounds)
  /** The fields of files that describe themselves, as JSON. */
  readonly #fields = new BoundedCache<string, string>(fileBounds)
  readonly #holds = new BoundedCache<string, boolean>(fileBounds)

  constructor(engine: QueryEngine) {
    this.#engine = engine
  }

  /** The files, those with the same schema together, and the compressed bytes of the columns of each. */
  async parquet(
    files: readonly LinkedFile[],
    signal: AbortSignal,
  ): Promise<readonly ParquetFiles[]> {
    const found = new Map<LinkedFile, ParquetFacts>()
    const unknown: LinkedFile[] = []
    for (const file of files) {
      const facts = this.#parquet.get(identity(file))
      if (facts) found.set(file, facts)
      else unknown.push(file)
    }
    for (let start = 0; start < unknown.length; start += filesAtOnce) {
      const part = unknown.slice(start, start + filesAtOnce)
      for (const [file, facts] of await this.#describe(part, signal)) {
        found.set(file, facts)
        const name = identity(file)
        this.#parquet.set(name, facts, name.length + facts.bytes.byteLength)
      }
    }
    const groups = new Map<ParquetSchema, { files: LinkedFile[]; bytes: Float64Array[] }>()
    for (const file of files) {
      const { schema, bytes } = found.get(file)!
      const group = groups.get(schema) ?? { files: [], bytes: [] }
      group.files.push(file)
      group.bytes.push(bytes)
      groups.set(schema, group)
    }
    return Array.from(groups, ([schema, group]) => ({ schema, ...group }))
  }

  /** One object for all files of a schema. */
  #schema(fields: ParquetSchema): ParquetSchema {
    const text = JSON.stringify(fields)
    const known = this.#schemas.get(text)
    if (known) return known
    this.#schemas.set(text, fields, text.length)
    return fields
  }

  async #describe(
    files: readonly LinkedFile[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<LinkedFile, ParquetFacts>> {
    const inputs = files.map(({ name, path }) => ({ name, path }))
    const names = files.map((file) => file.name)
    const byName = new Map(files.map((file) => [file.name, file]))
    let groups: LinkedFile[][] = [[...files]]
    if (files.length > 1) {
      const grouped = await this.#engine.run(
        { inputs, statements: [groupBySchemaSql(names)] },
        signal,
      )
      groups = grouped.rows.map((row) => {
        const paths = JSON.parse(String(row[0])) as string[]
        return paths.map((path) => byName.get(nameOf(path))!)
      })
    }
    const first = groups.map((group) => group[0]!.name)
    const statements = [describeSql(first, names)]
    const limits = { rowsMax: 1_000_000 }
    const { rows } = await this.#engine.run({ inputs, statements, limits }, signal)
    const schemas = groups.map((_, index) =>
      this.#schema(
        rows
          .filter((row) => row[0] === index)
          .map((row) => toField(String(row[1]), String(row[2]))),
      ),
    )
    const sizes = new Map(
      rows.flatMap((row) => (row[0] === -1 ? [[nameOf(String(row[1])), String(row[2])]] : [])),
    )
    return new Map(
      groups.flatMap((group, index) =>
        group.map((file) => {
          const schema = schemas[index]!
          // A file without rows has no sizes.
          const bytes = columnBytes(schema, JSON.parse(sizes.get(file.name) ?? '{}'))
          return [file, { schema, bytes }]
        }),
      ),
    )
  }

  /** The structure of each file's lines. */
  async json(
    files: readonly LinkedFile[],
    ignoreMalformed: boolean,
    signal: AbortSignal,
  ): Promise<readonly JsonStructure[]> {
    const found = new Map<LinkedFile, JsonStructure>()
    const unknown: LinkedFile[] = []
    for (const file of files) {
      const structure = this.#structures.get(identity(file))
      if (structure !== undefined) found.set(file, structure)
      else unknown.push(file)
    }
    for (let start = 0; start < unknown.length; start += filesAtOnce) {
      const part = unknown.slice(start, start + filesAtOnce)
      const names = part.map((file) => file.readName)
      const inputs = part.map(({ name, path }) => ({ name, path }))
      const prepare = part.flatMap((file) => file.steps)
      const statements = [structureSql(names, ignoreMalformed)]
      const result = await this.#engine.run({ inputs, prepare, statements }, signal)
      const texts = new Map(result.rows.map((row) => [nameOf(String(row[0])), row[1]]))
      for (const file of part) {
        // A file without a line has no row.
        const text = String(texts.get(file.readName) ?? '"NULL"')
        const structure = JSON.parse(text) as JsonStructure
        found.set(file, structure)
        const name = identity(file)
        this.#structures.set(name, structure, name.length + text.length)
      }
    }
    return files.map((file) => found.get(file)!)
  }

  /** ORC or Avro files, those with the same fields together. */
  async described(
    files: readonly LinkedFile[],
    encoding: Extract<Encoding, { kind: 'orc' | 'avro' }>,
    signal: AbortSignal,
  ): Promise<
    readonly { readonly fields: readonly FileField[]; readonly files: readonly LinkedFile[] }[]
  > {
    const key = (file: LinkedFile) => `${identity(file)}\0${JSON.stringify(encoding)}`
    const known = new Map(files.map((file) => [file, this.#fields.get(key(file))]))
    const unknown = files.filter((file) => known.get(file) === undefined)
    for (let start = 0; start < unknown.length; start += filesAtOnce) {
      const part = unknown.slice(start, start + filesAtOnce)
      const result = await this.#engine.run(
        {
          inputs: part.map(({ name, path }) => ({ name, path })),
          prepare: [{ kind: 'describe', inputs: part.map((file) => file.name), encoding }],
          statements: ['SELECT name, fields, problem FROM file_descriptions'],
          limits: { rowsMax: filesAtOnce },
        },
        signal,
      )
      const byName = new Map(part.map((file) => [file.name, file]))
      for (const [name, fields, problem] of result.rows) {
        const file = byName.get(String(name))!
        if (problem !== null) {
          throw failed('HIVE_BAD_DATA', `Cannot read ${file.uri}: ${String(problem)}`)
        }
        known.set(file, String(fields))
        this.#fields.set(key(file), String(fields), key(file).length + String(fields).length)
      }
    }
    const groups = new Map<string, LinkedFile[]>()
    for (const file of files) {
      const fields = known.get(file)!
      const group = groups.get(fields)
      if (group) group.push(file)
      else groups.set(fields, [file])
    }
    return [...groups].map(([fields, alike]) => ({
      fields: JSON.parse(fields) as readonly FileField[],
      files: alike,
    }))
  }

  /** The files that hold a character. */
  async holding(
    files: readonly LinkedFile[],
    character: string,
    signal: AbortSignal,
  ): Promise<ReadonlySet<LinkedFile>> {
    const key = (file: LinkedFile) => `${identity(file)}\0${character}`
    const known = new Map(files.map((file) => [key(file), this.#holds.get(key(file))]))
    const unknown = files.filter((file) => known.get(key(file)) === undefined).map(unpackedFile)
    for (let start = 0; start < unknown.length; start += filesAtOnce) {
      const part = unknown.slice(start, start + filesAtOnce)
      const inputs = part.map((file) => file.readName)
      const result = await this.#engine.run(
        {
          inputs: part.map(({ name, path }) => ({ name, path })),
          prepare: [...part.flatMap((file) => file.steps), { kind: 'search', inputs, character }],
          statements: ['SELECT name, found FROM file_searches'],
          limits: { rowsMax: filesAtOnce },
        },
        signal,
      )
      const found = new Map(result.rows.map((row) => [String(row[0]), row[1] === true]))
      for (const file of part) {
        known.set(key(file), found.get(file.readName)!)
        this.#holds.set(key(file), found.get(file.readName)!, key(file).length)
      }
    }
    return new Set(files.filter((file) => known.get(key(file))))
  }
}

function identity({ object }: LinkedFile): string {
  return [object.bucket, object.key, object.etag, object.sizeBytes].join('\0')
}

/** The name under which a file was given, from its path in the task's folder. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/in/') + '/in/'.length)
}
