import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LeafKind, Member, Shape, StructureShape } from '../shape.ts'
import { jsonCodec } from './json.ts'
import { unusual } from './cursor.ts'
import { listColumns } from '../list-columns.ts'
import { scanOf, scanRowsOf } from './scan.ts'

const member = (name: string, shape: Shape): Member => ({
  name,
  shape,
  required: false,
  idempotencyToken: false,
  streaming: false,
  eventStream: false,
  eventHeader: false,
  eventPayload: false,
  xmlFlattened: false,
  xmlAttribute: false,
})
const structure = (name: string, members: Readonly<Record<string, Shape>>): StructureShape => {
  const list = Object.entries(members).map(([key, shape]) => member(key, shape))
  return {
    kind: 'structure',
    name,
    namespace: 'test',
    isUnion: false,
    members: list,
    byName: new Map(list.map((each) => [each.name, each])),
  }
}
const leaf = (kind: LeafKind): Shape => ({ kind })
const listOf = (item: Shape): Shape => ({
  kind: 'list',
  name: 'List',
  item: member('member', item),
  sparse: false,
})

const entry = structure('Entry', {
  Data: leaf('blob'),
  PartitionKey: leaf('string'),
  ExplicitHashKey: leaf('string'),
  Weight: leaf('number'),
  Flag: leaf('boolean'),
})
const request = structure('Request', {
  Records: listOf(entry),
  StreamName: leaf('string'),
  Counts: listOf(leaf('number')),
})

const rowsRequest = structure('RowsRequest', {
  Rows: listOf(
    structure('Row', {
      Data: leaf('blob'),
      ExplicitHashKey: leaf('string'),
      PartitionKey: leaf('string'),
    }),
  ),
  StreamName: leaf('string'),
  Bytes: leaf('blob'),
})

const scan = scanOf(request, ({ name }) => name)!
const general = jsonCodec('name', { bytes: false })

/** Reads a text in both ways. True when it was scanned; fails when the ways differ. */
function compare(text: string | Buffer): boolean {
  const bytes = Buffer.from(text)
  const scanned = scan(bytes)
  if (scanned === unusual) return false
  assert.deepEqual(scanned, general.decode(request, bytes), String(text))
  return true
}

/** Small, and the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('a JSON text that is scanned', () => {
  it('reads what clients send, in any order of the members and with white space', () => {
    const text =
      '{"StreamName":"s","Records":[{"Data":"aGVsbG8=","PartitionKey":"a"},{"PartitionKey":"","Data":""}]}'
    assert.ok(compare(text))
    assert.ok(compare(JSON.stringify(JSON.parse(text), undefined, 2)))
    assert.ok(compare('{ }'))
    assert.ok(compare('{"Records":[ ]}'))
    assert.ok(
      compare('{"Counts":[0,-7,12345,999999999999999],"Records":[{"Flag":true},{"Flag":false}]}'),
    )
  })

  it('leaves to the general reader what is not plain', () => {
    const odd = [
      '',
      '{',
      '{}x',
      'null',
      '[]',
      '{"StreamName":null}',
      '{"StreamName":"a","StreamName":"b"}',
      '{"StreamName":"a\\u0041"}',
      '{"StreamName":"é"}',
      '{"StreamName":"a\nb"}',
      '{"StreamName":7}',
      '{"Unknown":"a"}',
      '{"Counts":[01]}',
      '{"Counts":[-0]}',
      '{"Counts":[1.0]}',
      '{"Counts":[1e3]}',
      '{"Counts":[1,]}',
      '{"Counts":[12345678901234567890]}',
      '{"Counts":[null]}',
      '{"Records":[{"Data":"aGVsbG8"}]}',
      '{"Records":[{"Data":"aGVs-G8="}]}',
      '{"Records":[{"Data":"aGV bG8="}]}',
      '{"Records":[{"Data":"aG=sbG8="}]}',
      '{"Records":[{"Data":"aGVs\\/G8="}]}',
      '{"Records":[{"Data":7}]}',
      '{"Records":[{"Flag":"true"}]}',
      '{"Records":[{"Flag":tru}]}',
      '{"Records":[}',
      '{"Records":[{]}',
    ]
    for (const text of odd) assert.equal(compare(text), false, text)
  })

  it('never differs from the general reader, whatever byte is changed, added or left out', () => {
    const random = numbers(20_261)
    const text = (length: number) =>
      Buffer.from(Array.from({ length }, () => random(256))).toString('base64')
    let scanned = 0
    for (let round = 0; round < 20_000; round += 1) {
      const value = {
        StreamName: `s-${random(1000)}`,
        Records: Array.from({ length: random(4) }, () => ({
          Data: text(random(20)),
          PartitionKey: `k${random(1e6)}`,
          ...(random(2) ? { Weight: random(1e9) - 5e8 } : {}),
          ...(random(3) ? {} : { Flag: random(2) === 1 }),
        })),
      }
      const bytes = Buffer.from(JSON.stringify(value))
      const at = random(bytes.length)
      const odd = Buffer.from('"\\{}[],:0=-_ \n\u00e9n')
      const byte = Buffer.of(odd[random(odd.length)]!)
      const form = random(4)
      const mutant = Buffer.concat([
        bytes.subarray(0, at),
        form === 0 ? Buffer.alloc(0) : form === 1 ? byte : bytes.subarray(at, at + 1),
        form === 2 ? byte : Buffer.alloc(0),
        bytes.subarray(at + 1),
      ])
      if (compare(mutant)) scanned += 1
    }
    assert.ok(scanned > 5_000, `${scanned} were scanned`)
  })
})

describe('a list of rows that is read as columns', () => {
  const scanRows = scanRowsOf(rowsRequest, ({ name }) => name)!
  const attempt = (read: () => unknown) => {
    try {
      return { value: read() }
    } catch (error) {
      return { error: String(error) }
    }
  }

  /** Reads a text in both ways. True when it was read as columns; fails when the ways differ. */
  const compareRows = (text: string | Buffer): boolean => {
    const bytes = Buffer.from(text)
    const expected = attempt(() => general.decode(rowsRequest, Buffer.from(text)))
    const scanned = scanRows(bytes)
    if (scanned === unusual) {
      assert.deepEqual(
        attempt(() => general.decode(rowsRequest, bytes)),
        expected,
        String(text),
      )
      return false
    }
    assert.deepEqual({ value: { ...(scanned as object) } }, expected, String(text))
    return true
  }

  it('gives columns, and the objects that they stand for', () => {
    const text =
      '{"StreamName":"s","Rows":[{"Data":"aGVsbG8=","PartitionKey":"a"},{},{"PartitionKey":"","ExplicitHashKey":"7","Data":""}]}'
    assert.ok(compareRows(text))
    assert.ok(compareRows(JSON.stringify(JSON.parse(text), undefined, 2)))
    const value = scanRows(Buffer.from(text))
    const { columns } = listColumns(value)!
    assert.equal(columns.count, 3)
    const at = columns.placeOf('Data')
    assert.equal(columns.bytes.toString('utf8', columns.spans[at], columns.spans[at + 1]), 'hello')
    assert.equal(columns.spans[columns.stride + at], 0)
    columns.letGo()
    assert.equal(columns.count, 0)
    for (const odd of ['{"Rows":[]}', '{"Rows":[{}],"Rows":[{}]}', '{}', '{"Bytes":"QQ=="}']) {
      compareRows(odd)
    }
  })

  it('is not for a shape with anything else that is nested', () => {
    assert.equal(
      scanRowsOf(request, ({ name }) => name),
      undefined,
    )
  })

  it('has room for any number of rows', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({
      Data: 'AAEC',
      PartitionKey: `${index}`,
    }))
    assert.ok(compareRows(JSON.stringify({ Rows: rows })))
  })

  it('never differs from the general reader, in a value or in an error, whatever byte is changed', () => {
    const random = numbers(77)
    const odd = Buffer.from('"\\{}[],:0=-_ \n\u00e9nQ')
    const outcomes = { columns: 0, other: 0 }
    for (let round = 0; round < 20_000; round += 1) {
      const value = {
        StreamName: `s-${random(1000)}`,
        ...(random(4) ? {} : { Bytes: Buffer.alloc(random(9), random(256)).toString('base64') }),
        Rows: Array.from({ length: random(4) }, () => ({
          Data: Buffer.from(Array.from({ length: random(20) }, () => random(256))).toString(
            'base64',
          ),
          ...(random(3) ? {} : { ExplicitHashKey: String(random(1e9)) }),
          ...(random(5) ? { PartitionKey: `k${random(1e6)}` } : {}),
        })),
      }
      const bytes = Buffer.from(JSON.stringify(value))
      for (let changes = random(3); changes > 0; changes -= 1) {
        bytes[random(bytes.length)] = odd[random(odd.length)]!
      }
      outcomes[compareRows(bytes) ? 'columns' : 'other'] += 1
    }
    assert.ok(outcomes.columns > 4_000 && outcomes.other > 2_000, JSON.stringify(outcomes))
  })
})
