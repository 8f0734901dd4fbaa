import type { QueryEngine } from '#processing/engine'
import { type FileSchema, parseFileSchema, schemasSql } from './file-schema.ts'
import type { TaskFile } from './task-file.ts'

/** Files whose schemas are remembered. */
const remembered = 50_000
/** Different schemas that are remembered. */
const schemasMax = 5_000
/** Files looked into by one task of the engine. */
const filesAtOnce = 2_000

/** A schema with a name for it, so that alike ones are found without comparing. */
export interface KnownSchema {
  readonly key: string
  readonly fields: FileSchema
}

/** Finds out the columns of data files before they are read, and remembers them: a file of a table never changes. */
export class FileSchemas {
  readonly #engine: QueryEngine
  readonly #byFile = new Map<string, KnownSchema>()
  readonly #byText = new Map<string, KnownSchema>()
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
    const result = await this.#engine.run(
      {
        inputs: files.map(({ name, path }) => ({ name, path })),
        statements: [schemasSql(files.map((file) => file.name))],
      },
      signal,
    )
    const byName = new Map(files.map((file) => [file.name, file]))
    for (const [text, paths] of result.rows) {
      const schema = this.#schema(String(text))
      for (const path of JSON.parse(String(paths)) as string[]) {
        const file = byName.get(path.slice(path.lastIndexOf('/in/') + '/in/'.length))!
        found.set(file, schema)
        this.#byFile.set(identity(file), schema)
        if (this.#byFile.size > remembered) {
          this.#byFile.delete(this.#byFile.keys().next().value!)
        }
      }
    }
  }

  /** One object for all files of a schema. */
  #schema(text: string): KnownSchema {
    const known = this.#byText.get(text)
    if (known) return known
    const schema = { key: `s${this.#count++}`, fields: parseFileSchema(text) }
    if (this.#byText.size >= schemasMax) this.#byText.clear()
    this.#byText.set(text, schema)
    return schema
  }
}

function identity({ uri, sizeBytes }: TaskFile): string {
  return `${uri}\0${sizeBytes}`
}
