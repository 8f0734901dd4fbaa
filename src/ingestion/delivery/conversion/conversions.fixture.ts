import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { silentLogger } from '#kit'
import { createDuckdbEngine, type EngineResult, type QueryEngine } from '#processing/engine'
import type { Conversion, JsonReader } from '../records.ts'
import { convert, type Converted, type ConvertInput } from './convert.ts'
import { parseHiveType } from './hive-type.ts'

export const openx = {
  kind: 'openx',
  caseInsensitive: true,
  dotsToUnderscores: false,
  mappings: {},
} satisfies JsonReader

/** To Parquet with Snappy, unless it says otherwise. */
export type ConversionOfTest = Pick<ConvertInput, 'columns' | 'records' | 'ends'> &
  Partial<Pick<Conversion, 'parquet' | 'orc'>> & { readonly reader: JsonReader }

/** Conversions by an engine that lives as long as the tests of this file. */
export class Conversions {
  #folder = ''
  #engine: QueryEngine | undefined
  #runs = 0

  constructor() {
    before(async () => {
      this.#folder = await mkdtemp(join(tmpdir(), 'boathouse-convert-'))
      const folder = join(this.#folder, 'engine')
      this.#engine = createDuckdbEngine({ folder, processes: 1, log: silentLogger() })
    })
    after(async () => {
      await this.#engine?.close()
      await rm(this.#folder, { recursive: true })
    })
  }

  get engine(): QueryEngine {
    return this.#engine!
  }

  async newFolder(): Promise<string> {
    this.#runs += 1
    const folder = join(this.#folder, `run-${this.#runs}`)
    await mkdir(folder)
    return folder
  }

  async convert(asked: ConversionOfTest): Promise<Converted> {
    const { reader, parquet = { compression: 'SNAPPY', version: 'V1' }, orc, ...rest } = asked
    return convert({
      ...rest,
      engine: this.engine,
      folder: await this.newFolder(),
      signal: new AbortController().signal,
      conversion: { reader, parquet, ...(orc ? { orc } : {}) },
    })
  }

  async rowsOf(path: string): Promise<EngineResult['rows']> {
    const inputs = [{ name: 'x.parquet', path }]
    const statements = ["SELECT * FROM read_parquet('{in}/x.parquet')"]
    return (await this.engine.run({ inputs, statements })).rows
  }
}

export function columnsOf(schema: Readonly<Record<string, string>>): ConvertInput['columns'] {
  return Object.entries(schema).map(([name, type]) => ({ name, type: parseHiveType(type) }))
}

/** All in one page. */
export function recordsOf(texts: readonly string[]): ConvertInput['records'] {
  return async function* () {
    yield texts.map((text) => ({ data: Buffer.from(text) }))
  }
}
