import type { EngineResult } from '#processing/engine'
import { TemporaryEngine } from '#test/engine'
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
export class Conversions extends TemporaryEngine {
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
