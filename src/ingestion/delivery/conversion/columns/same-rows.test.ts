import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonReader } from '../../records.ts'
import { columnsOf, Conversions, openx } from '../conversions.fixture.ts'
import { toLogPage } from '../log-page.fixture.ts'
import { planRows } from '../rows-plan.ts'
import { texts, values } from './json-values.fixture.ts'
import { JsonColumns } from './json-columns.ts'
import { writeColumns } from './write-columns.ts'
import { randomNumbers } from './random-json.fixture.ts'

const conversions = new Conversions()

const mapped: JsonReader = { ...openx, mappings: { text: 'the.text' } }
const hive: JsonReader = { kind: 'hive', timestampFormats: [] }

/** The OpenX reader takes numbers in quotes, too. */
const quoted = Object.fromEntries(
  Object.entries({ ...values, ...texts }).map(([type, of]) => [
    type,
    of.flatMap((value) => (/^-?[0-9]/.test(value) ? [value, `"${value}"`] : [value])),
  ]),
)
const { 'decimal(25,3)': _, ...forHive } = { ...values, ...texts }

for (const [name, reader, types] of [
  ['OpenX', mapped, quoted],
  // Decimals of many digits come to the engine as texts, and Hive's own reader takes no numbers that are such.
  ['Hive', hive, forHive],
] as const) {
  test(`columns hold what the general way makes of the same records: ${name}`, async () => {
    const random = randomNumbers(3)
    const keys = Object.keys(types).map((_, index) => `k${index}`)
    const columns = columnsOf(
      Object.fromEntries(Object.keys(types).map((type, index) => [keys[index], type])),
    )
    const record = () => {
      const members = Object.values(types).flatMap((of, index) => {
        if (random() < 0.1) return []
        const value = random() < 0.1 ? 'null' : of[Math.floor(random() * of.length)]!
        return [`"${keys[index]}":${value}`]
      })
      return `{${members.toSorted(() => random() - 0.5).join(',')}}`
    }
    const candidates = Array.from({ length: 2000 }, record)
    const taken: string[] = []
    // Those that are not plain are left to the general way as it is.
    const plan = planRows(columns, reader)
    using taking = new JsonColumns(plan.columns!.taken, takingBy(reader))
    for (const text of candidates) {
      taking.loadRecords([{ data: Buffer.from(text) }], 0)
      if (!taking.take().odd) taken.push(text)
    }
    assert.ok(taken.length > 200, `only ${taken.length} were plain`)
    assert.ok(await isTaken(columns, reader, taken))

    const odd = '{"\\u006fdd":1}'
    assert.ok(!(await isTaken(columns, reader, [odd])))
    const none = columns.map(() => null)
    // So many that all take the general way.
    const many = Array.from({ length: 33 }, () => odd)
    const fast = await rowsOf(columns, reader, taken)
    const general = await rowsOf(columns, reader, [...taken, ...many])
    assert.deepEqual(
      general.splice(-33),
      many.map(() => none),
    )
    for (const [index, row] of general.entries()) assert.deepEqual(fast[index], row, taken[index])
    assert.equal(fast.length, taken.length)

    // A few that are odd keep their places between the others.
    const places = [0, 1, 5, taken.length - 1, taken.length]
    const mixed = taken.flatMap((text, index) => (places.includes(index) ? [odd, text] : [text]))
    mixed.push(odd)
    const expected = fast.flatMap((row, index) => (places.includes(index) ? [none, row] : [row]))
    expected.push(none)
    assert.deepEqual(await rowsOf(columns, reader, mixed), expected)
  })
}

test('more rows than are held at once are all there', async () => {
  const records = Array.from({ length: 70_000 }, (_, i) => ({ data: Buffer.from(`{"i":${i}}`) }))
  const { rows } = await conversions.convert({
    reader: openx,
    columns: columnsOf({ i: 'int' }),
    async *records() {
      yield records
    },
  })
  assert.equal(rows, 70_000)
})

function takingBy({ kind }: JsonReader) {
  return { lowerKeys: true, dotsToUnderscores: false, quotedNumbers: kind === 'openx' }
}

type Columns = Parameters<typeof planRows>[0]

async function isTaken(columns: Columns, reader: JsonReader, records: readonly string[]) {
  const plan = planRows(columns, reader)
  assert.ok(plan.columns)
  const pages = pagesOf(records)
  const input = { folder: await conversions.newFolder(), records: () => pages() }
  const written = await writeColumns(input, plan.columns.taken, takingBy(reader))
  return written?.parts.every(({ kind }) => kind === 'columns') ?? false
}

function pagesOf(records: readonly string[]) {
  const all = records.map((text) => ({ data: Buffer.from(text) }))
  return async function* () {
    for (let at = 0; at < all.length; at += 500) {
      const page = all.slice(at, at + 500)
      yield (at / 500) % 2 === 0 ? { page: toLogPage(page), records: () => page } : page
    }
  }
}

async function rowsOf(columns: Columns, reader: JsonReader, records: readonly string[]) {
  const { paths, bad } = await conversions.convert({
    reader,
    columns: columns.map(({ name, type }) => ({ name, type })),
    records: pagesOf(records),
  })
  assert.deepEqual([...bad], [])
  return [...(await conversions.rowsOf(paths[0]!))]
}
