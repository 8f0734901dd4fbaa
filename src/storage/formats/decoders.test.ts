import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { bufferSource } from './byte-source.ts'
import { type Encoding, openFile } from './decode.ts'
import type { FieldType, FieldValue, FileField } from './field-type.ts'

const folder = join(import.meta.dirname, '../../../test/fixtures/formats')
const fixture = (name: string) => readFileSync(join(folder, name))
type Plain = null | boolean | number | string | readonly Plain[]
const expected = (name: string) =>
  JSON.parse(fixture(name).toString()) as Readonly<Record<string, readonly Plain[]>>

/** Every value of a file, column by column, as the fixtures' writers told them. */
async function read(bytes: Buffer, encoding: Encoding, names?: readonly string[]) {
  const file = await openFile(bufferSource(bytes), encoding)
  const fields = file.fields!.filter((field) => names?.includes(field.name) ?? true)
  const columns: Record<string, Plain[]> = {}
  for (const field of fields) columns[field.name] = []
  for await (const batch of file.rows(fields)) {
    for (const [index, { name, type }] of fields.entries()) {
      for (const value of batch.columns[index]!) columns[name]!.push(plain(value, type))
    }
  }
  return { columns, fields, rowCount: file.rowCount }
}

function plain(value: FieldValue, type: FieldType): Plain {
  if (value === null) return null
  switch (type.kind) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return String(value)
    case 'binary':
      return `x${Buffer.from(value as Uint8Array).toString('hex')}`
    case 'date':
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10)
    case 'timestamp':
    case 'instant': {
      const micros = ((value as bigint) % 1000n) + ((value as bigint) % 1000n < 0n ? 1000n : 0n)
      const text = new Date(Number(((value as bigint) - micros) / 1000n)).toISOString()
      return `${text.slice(0, 10)} ${text.slice(11, 23)}${String(micros).padStart(3, '0')}`
    }
    case 'decimal': {
      const digits = (value as bigint)
        .toString()
        .replace('-', '')
        .padStart(type.scale + 1, '0')
      const sign = (value as bigint) < 0n ? '-' : ''
      return `${sign}${digits.slice(0, -type.scale)}.${digits.slice(-type.scale)}`
    }
    case 'list':
      return (value as readonly FieldValue[]).map((one) => plain(one, type.element))
    case 'map':
      return (value as readonly (readonly [FieldValue, FieldValue])[]).map(([key, one]) => [
        plain(key, type.key),
        plain(one, type.value),
      ])
    case 'struct':
      return type.fields.map((field, index) =>
        plain((value as readonly FieldValue[])[index]!, field.type),
      )
    default:
      return value as Plain
  }
}

/** Numbers with a point stand in the fixtures as text. */
function compare(got: readonly Plain[], wanted: readonly Plain[], field: FileField): void {
  const isFloat = field.type.kind === 'float' || field.type.kind === 'double'
  const values = isFloat ? wanted.map((one) => (one === null ? null : Number(one))) : wanted
  assert.deepEqual(got, values, field.name)
}

describe('ORC', () => {
  const files = [
    ...['uncompressed', 'zlib', 'snappy', 'lz4', 'zstd'].map((name) => [`kinds-${name}`, 'kinds']),
    ['spark-zlib', 'spark'],
    ['spark-lz4', 'spark'],
  ] as const
  for (const [name, content] of files) {
    it(`reads every value of ${name}.orc`, async () => {
      const wanted = expected(`${content}.json`)
      const { columns, fields, rowCount } = await read(fixture(`${name}.orc`), { kind: 'orc' })
      assert.deepEqual(Object.keys(columns), Object.keys(wanted))
      assert.equal(rowCount, Object.values(wanted)[0]!.length)
      for (const field of fields) compare(columns[field.name]!, wanted[field.name]!, field)
    })
  }

  it('reads some of the columns', async () => {
    const { columns } = await read(fixture('kinds-zlib.orc'), { kind: 'orc' }, ['word', 'big'])
    const { word, big } = expected('kinds.json')
    assert.deepEqual(columns, { big, word })
  })

  it('names a compression that it cannot read', async () => {
    const bytes = fixture('kinds-zlib.orc')
    const postScript = bytes.subarray(-1 - bytes.at(-1)!)
    const at = postScript.indexOf(Buffer.from([0x10, 1]))
    postScript[at + 1] = 3
    await assert.rejects(read(bytes, { kind: 'orc' }), /its compression LZO is not supported/)
  })

  it('gives an error, and never more than the file has, for every cut and many a broken byte', async () => {
    const whole = fixture('spark-zlib.orc')
    const rows = expected('spark.json')['id']!.length
    let failed = 0
    for (let step = 1; step < 200; step++) {
      const bytes = Buffer.from(whole)
      const at = (step * 7919) % bytes.length
      const broken = step % 4 === 0 ? bytes.subarray(0, at) : bytes
      if (broken === bytes) broken[at]! ^= 1 << (step % 8)
      try {
        const { columns } = await read(broken, { kind: 'orc' })
        assert.ok((Object.values(columns)[0]?.length ?? 0) <= rows * 2 ** 8)
      } catch (error) {
        assert.ok(error instanceof Error)
        failed++
      }
    }
    // Raw deflate has no checksum: a changed bit may give another value.
    assert.ok(failed > 60, `${failed} of 199 were found out`)
  })
})

describe('Avro', () => {
  for (const codec of ['null', 'deflate', 'snappy', 'zstandard', 'bzip2']) {
    it(`reads every value under the codec ${codec}`, async () => {
      const wanted = expected('avro.json')
      const { columns, fields } = await read(fixture(`${codec}.avro`), { kind: 'avro' })
      assert.deepEqual(Object.keys(columns), Object.keys(wanted))
      for (const field of fields) compare(columns[field.name]!, wanted[field.name]!, field)
    })
  }

  it('sees records through a schema of the reader: fewer, new and wider fields', async () => {
    const schema = JSON.stringify({
      type: 'record',
      name: 'row',
      fields: [
        { name: 'added', type: 'string', default: 'none' },
        { name: 'Number', type: ['null', 'long'] },
      ],
    })
    const { columns } = await read(fixture('deflate.avro'), { kind: 'avro', schema })
    assert.deepEqual(columns['Number'], expected('avro.json')['Number'])
    assert.deepEqual(new Set(columns['added']), new Set(['none']))
  })

  it('finds out damaged blocks, a wrong end, and what is no Avro file', async () => {
    const bytes = fixture('snappy.avro')
    await assert.rejects(read(bytes.subarray(0, -5), { kind: 'avro' }), /cut off|where it should/)
    bytes[bytes.length - 500]! ^= 0xff
    await assert.rejects(read(bytes, { kind: 'avro' }))
    await assert.rejects(read(Buffer.from('not avro'), { kind: 'avro' }), /not an Avro file/)
  })

  it('refuses schemas that no column can hold', async () => {
    const field = (type: unknown) =>
      JSON.stringify({ type: 'record', name: 'r', fields: [{ name: 'f', type }] })
    const refused = async (schema: string, message: RegExp) =>
      assert.rejects(read(fixture('null.avro'), { kind: 'avro', schema }), message)
    await refused(field(['int', 'string']), /unions of several types/)
    await refused(field(['null', 'r']), /recursive/)
    await refused('"string"', /does not hold records/)
  })
})
