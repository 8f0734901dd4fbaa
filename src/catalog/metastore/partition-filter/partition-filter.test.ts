import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { createMetastore } from '../create-metastore.ts'
import type { Metastore } from '../metastore.ts'
import { migrations } from '../migrations.ts'

type Row = readonly [number, string, string]
interface Case {
  readonly sql: string
  readonly test: (row: Row) => boolean
}

/** Filters made at random, always the same ones, against their plain meaning. */
describe('any partition filter', () => {
  let folder: string
  let database: Database
  let metastore: Metastore
  const ref = { accountId: '1', region: 'r', database: 'd', table: 't' }
  const numbers = [-12, -1, 0, 3, 9, 10, 100]
  const texts = ['', 'a', 'ab', 'b', 'b c', 'B', 'é', "o'x", '~', '\u{1f600}']
  const dates = ['2023-12-31', '2024-01-01', '2024-02-29']
  const rows: Row[] = numbers.flatMap((n) =>
    texts.flatMap((text) => dates.map((date): Row => [n, text, date])),
  )

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-filter-'))
    database = await openSqliteDatabase({
      path: join(folder, 'lake.db'),
      migrations,
      log: silentLogger(),
    })
    metastore = createMetastore({ database, clock: systemClock })
    await metastore.createDatabase(ref, { name: 'd' })
    const partitionKeys = [
      { name: 'n', type: 'bigint' },
      { name: 's', type: 'string' },
      { name: 'd', type: 'date' },
    ]
    await metastore.createTable(ref, { name: 't', partitionKeys }, 'me')
    await metastore.addPartitions(
      ref,
      rows.map(([n, text, date]) => ({ values: [String(n), text, date] })),
    )
  })
  after(async () => {
    await database.close()
    await rm(folder, { recursive: true })
  })

  const select = async (expression: string, limit: number): Promise<string[]> => {
    const found: string[] = []
    let nextToken: string | undefined
    do {
      const page = await metastore.listPartitions(ref, { limit, expression, nextToken })
      found.push(...page.items.map((item) => item.values.join('|')))
      nextToken = page.nextToken
    } while (nextToken)
    return found
  }

  it('selects what it says, each once, over pages of any size', async () => {
    const random = generator(7)
    for (let index = 0; index < 400; index++) {
      const { sql, test } = filter(random, 3)
      const found = await select(sql, 1 + random(40))
      const expected = rows.filter(test).map((row) => row.join('|'))
      assert.deepEqual(found.toSorted(), expected.toSorted(), sql)
    }
  })

  function filter(random: (below: number) => number, depth: number): Case {
    const kind = depth === 0 ? 3 : random(5)
    if (kind === 0) {
      const inner = filter(random, depth - 1)
      return { sql: `NOT (${inner.sql})`, test: (row) => !inner.test(row) }
    }
    if (kind <= 2) {
      const parts = Array.from({ length: 2 + random(2) }, () => filter(random, depth - 1))
      const sql = parts.map((part) => `(${part.sql})`).join(kind === 1 ? ' AND ' : ' OR ')
      return {
        sql,
        test: (row) =>
          kind === 1 ? parts.every((part) => part.test(row)) : parts.some((part) => part.test(row)),
      }
    }
    return leaf(random)
  }

  function leaf(random: (below: number) => number): Case {
    const column = random(3) as 0 | 1 | 2
    const name = ['n', 's', 'd'][column]!
    const values: readonly (number | string)[] = [numbers, texts, dates][column]!
    const pick = () => values[random(values.length)]!
    const quote = (value: number | string) =>
      typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
    const order = (row: Row, value: number | string) => compare(row[column], value)
    if (random(4) === 0) {
      const list = Array.from({ length: 1 + random(4) }, pick)
      const negated = random(2) === 0
      return {
        sql: `${name} ${negated ? 'NOT ' : ''}IN (${list.map(quote).join(', ')})`,
        test: (row) => list.includes(row[column]) !== negated,
      }
    }
    if (random(5) === 0) {
      const [low, high] = [pick(), pick()]
      return {
        sql: `${name} BETWEEN ${quote(low)} AND ${quote(high)}`,
        test: (row) => order(row, low) >= 0 && order(row, high) <= 0,
      }
    }
    if (column === 1 && random(3) === 0) {
      const prefix = String(pick())
      return {
        sql: `${name} LIKE ${quote(`${prefix}%`)}`,
        test: (row) => row[1].startsWith(prefix),
      }
    }
    const value = pick()
    const operators: readonly [string, (o: number) => boolean][] = [
      ['=', (o) => o === 0],
      ['<>', (o) => o !== 0],
      ['<', (o) => o < 0],
      ['<=', (o) => o <= 0],
      ['>', (o) => o > 0],
      ['>=', (o) => o >= 0],
    ]
    const [operator, holds] = operators[random(operators.length)]!
    return {
      sql: `${name} ${operator} ${quote(value)}`,
      test: (row) => holds(order(row, value)),
    }
  }
})

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}

/** A small linear congruential generator: the same numbers in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
