import type { QueryEngine } from '#processing/engine'
import type { Encoding, FileField } from '#storage/formats'
import { type JsonStructure, structureSql } from '../formats/json.ts'
import { type ParquetSchema, describeSql, groupBySchemaSql, toField } from '../formats/parquet.ts'
import { failed } from './failure.ts'
import { type LinkedFile, unpackedFile } from './linked-file.ts'

/** Files whose contents are remembered. */
const remembered = 20_000
/** Files looked into by one task of the engine. */
const filesAtOnce = 2_000

/**
 * Finds out the schemas of files before they are read, and remembers them: an object's bytes never
 * change under one ETag.
 */
export class FileInspector {
  readonly #engine: QueryEngine
  readonly #schemas = new Map<string, ParquetSchema>()
  readonly #structures = new Map<string, JsonStructure>()
  /** The fields of files that describe themselves, as JSON. */
  readonly #fields = new Map<string, string>()
  readonly #holds = new Map<string, boolean>()

  constructor(engine: QueryEngine) {
    this.#engine = engine
  }

  /** The files, those with the same schema together. */
  async parquet(
    files: readonly LinkedFile[],
    signal: AbortSignal,
  ): Promise<readonly { readonly schema: ParquetSchema; readonly files: readonly LinkedFile[] }[]> {
    const found = new Map<LinkedFile, ParquetSchema>()
    const unknown: LinkedFile[] = []
    for (const file of files) {
      const schema = this.#schemas.get(identity(file))
      if (schema) found.set(file, schema)
      else unknown.push(file)
    }
    for (let start = 0; start < unknown.length; start += filesAtOnce) {
      const part = unknown.slice(start, start + filesAtOnce)
      for (const group of await this.#describe(part, signal)) {
        for (const file of group.files) {
          found.set(file, group.schema)
          remember(this.#schemas, identity(file), group.schema)
        }
      }
    }
    const groups = new Map<string, { schema: ParquetSchema; files: LinkedFile[] }>()
    for (const file of files) {
      const schema = found.get(file)!
      const key = JSON.stringify(schema)
      const group = groups.get(key) ?? { schema, files: [] }
      group.files.push(file)
      groups.set(key, group)
    }
    return [...groups.values()]
  }

  async #describe(files: readonly LinkedFile[], signal: AbortSignal) {
    const inputs = files.map(({ name, path }) => ({ name, path }))
    const names = files.map((file) => file.name)
    let groups: LinkedFile[][] = [[...files]]
    if (files.length > 1) {
      const grouped = await this.#engine.run(
        { inputs, statements: [groupBySchemaSql(names)] },
        signal,
      )
      const byName = new Map(files.map((file) => [file.name, file]))
      groups = grouped.rows.map((row) => {
        const paths = JSON.parse(String(row[0])) as string[]
        return paths.map((path) => byName.get(nameOf(path))!)
      })
    }
    const first = groups.map((group) => group[0]!)
    const described = await this.#engine.run(
      {
        inputs: first.map(({ name, path }) => ({ name, path })),
        statements: [describeSql(first.map((file) => file.name))],
        limits: { rowsMax: 1_000_000 },
      },
      signal,
    )
    return groups.map((group, index) => ({
      files: group,
      schema: described.rows
        .filter((row) => row[0] === index)
        .map((row) => toField(String(row[1]), String(row[2]))),
    }))
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
        const structure = JSON.parse(String(texts.get(file.readName) ?? '"NULL"')) as JsonStructure
        found.set(file, structure)
        remember(this.#structures, identity(file), structure)
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
        remember(this.#fields, key(file), String(fields))
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
        remember(this.#holds, key(file), found.get(file.readName)!)
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

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > remembered) map.delete(map.keys().next().value!)
}
