import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { createMetastore } from './create-metastore.ts'
import type { Metastore } from './metastore.ts'
import { migrations } from './migrations.ts'
import type { PartitionRecord } from './records.ts'

const catalog = { accountId: '000000000001', region: 'eu-west-1' }
const inDb = { ...catalog, database: 'db' }
const code = (expected: string) => (error: unknown) => isLakeError(error, expected)

describe('the metastore', () => {
  let folder: string
  let database: Database
  let metastore: Metastore
  const clock = new ManualClock(1_700_000_000_000)
  const open = async () => {
    database = await openSqliteDatabase({
      path: join(folder, 'lake.db'),
      migrations,
      log: silentLogger(),
    })
    metastore = createMetastore({ database, clock })
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-metastore-'))
    await open()
    await metastore.createDatabase(catalog, { name: 'DB', description: 'd' })
  })
  after(async () => {
    await database.close()
    await rm(folder, { recursive: true })
  })

  it('keeps databases by lower-case name, apart by account and region', async () => {
    assert.equal((await metastore.getDatabase({ ...catalog, database: 'dB' })).name, 'db')
    await assert.rejects(metastore.createDatabase(catalog, { name: 'Db' }), code('AlreadyExists'))
    const elsewhere = { ...catalog, region: 'us-east-1' }
    await assert.rejects(
      metastore.getDatabase({ ...elsewhere, database: 'db' }),
      (error: Error) => error.message === 'Database db not found.',
    )
    assert.deepEqual((await metastore.listDatabases(elsewhere, { limit: 10 })).items, [])
  })

  it('pages, and a page token outlives a restart', async () => {
    for (const name of ['p1', 'p2', 'p3']) await metastore.createTable(inDb, { name }, 'me')
    const first = await metastore.listTables(inDb, { limit: 2, expression: 'p*' })
    assert.deepEqual(
      first.items.map((table) => table.name),
      ['p1', 'p2'],
    )
    await database.close()
    await open()
    const second = await metastore.listTables(inDb, {
      limit: 2,
      expression: 'p*',
      nextToken: first.nextToken!,
    })
    assert.deepEqual(
      second.items.map((table) => table.name),
      ['p3'],
    )
    assert.equal(second.nextToken, undefined)
    await assert.rejects(
      metastore.listTables(inDb, { limit: 2, nextToken: 'nonsense' }),
      code('InvalidInput'),
    )
  })

  it('archives versions, skips the archive, and refuses a stale version', async () => {
    const ref = { ...inDb, table: 'v' }
    await metastore.createTable(inDb, { name: 'v', parameters: { n: '0' } }, 'me')
    await metastore.updateTable(ref, { name: 'v', parameters: { n: '1' } }, { versionId: '0' })
    await metastore.updateTable(ref, { name: 'v', parameters: { n: '2' } }, { skipArchive: true })
    await assert.rejects(
      metastore.updateTable(ref, { name: 'v' }, { versionId: '1' }),
      code('VersionMismatch'),
    )
    const versions = await metastore.listTableVersions(ref, { limit: 10 })
    assert.deepEqual(
      versions.items.map((table) => [table.versionId, table.parameters?.['n']]),
      [
        ['2', '2'],
        ['0', '0'],
      ],
    )
    assert.equal((await metastore.getTable(ref, '0')).parameters?.['n'], '0')
    await assert.rejects(metastore.getTable(ref, '1'), code('TableVersionNotFound'))
    await assert.rejects(metastore.deleteTableVersion(ref, '2'), code('InvalidInput'))
    await metastore.deleteTableVersion(ref, '0')
    assert.equal((await metastore.listTableVersions(ref, { limit: 10 })).items.length, 1)
  })

  it('adds, reports, gets, updates and deletes partitions, sharing one storage descriptor', async () => {
    const ref = { ...inDb, table: 'parts' }
    const keys = [
      { name: 'dt', type: 'date' },
      { name: 'n', type: 'int' },
    ]
    await metastore.createTable(inDb, { name: 'parts', partitionKeys: keys }, 'me')
    const storage = (location: string) => ({ location, columns: [{ name: 'a', type: 'int' }] })
    const one = { values: ['2024-01-01', '1'], storage: storage('s3://b/1') }
    const same = { values: ['2024-01-01', '01'], storage: storage('s3://b/01') }
    assert.deepEqual((await metastore.addPartitions(ref, [one, same, one])).existing, [one.values])
    assert.deepEqual((await metastore.addPartitions(ref, [same])).existing, [same.values])
    const got = await metastore.getPartition(ref, ['2024-01-01', '01'])
    assert.deepEqual(got.storage, same.storage)
    assert.equal(await count('catalog_shapes'), 1)
    await metastore.updatePartition(ref, same.values, { ...same, values: ['2024-01-02', '2'] })
    await assert.rejects(metastore.getPartition(ref, same.values), code('PartitionNotFound'))
    await assert.rejects(
      metastore.updatePartition(ref, one.values, { values: ['2024-01-02', '2'] }),
      code('AlreadyExists'),
    )
    await assert.rejects(metastore.getPartition(ref, ['2024-01-01']), code('InvalidInput'))
    const removed = await metastore.deletePartitions(ref, [one.values, ['2030-01-01', '9']])
    assert.deepEqual(removed.missing, [['2030-01-01', '9']])
    assert.equal((await metastore.listPartitions(ref, { limit: 10 })).items.length, 1)
  })

  it('takes part in the transaction of a caller', async () => {
    const ref = { ...inDb, table: 'tx' }
    await metastore.createTable(inDb, { name: 'tx', partitionKeys: [{ name: 'a' }] }, 'me')
    const failed = database.transaction(async (tx) => {
      await metastore.addPartitions(ref, [{ values: ['x'] }], tx)
      throw new Error('later')
    })
    await assert.rejects(failed, /later/)
    assert.deepEqual((await metastore.listPartitions(ref, { limit: 10 })).items, [])
  })

  it('filters partitions by type, over pages and segments', async () => {
    const ref = { ...inDb, table: 'filter' }
    const partitionKeys = [
      { name: 'year', type: 'int' },
      { name: 'city', type: 'string' },
      { name: 'day', type: 'date' },
    ]
    await metastore.createTable(inDb, { name: 'filter', partitionKeys }, 'me')
    const inputs: { readonly values: string[] }[] = []
    for (const year of [9, 10, 2023, 2024, -5]) {
      for (const city of ['Oslo', 'oslo', 'a%b', "o'hare"]) {
        for (const day of ['2024-01-02', '2024-11-30'])
          inputs.push({ values: [String(year), city, day] })
      }
    }
    inputs.push({ values: ['__HIVE_DEFAULT_PARTITION__', 'oslo', '2024-01-02'] })
    await metastore.addPartitions(ref, inputs)

    const select = async (expression: string, limit = 7) => {
      const items: PartitionRecord[] = []
      let nextToken: string | undefined
      do {
        const page = await metastore.listPartitions(ref, { limit, expression, nextToken })
        items.push(...page.items)
        nextToken = page.nextToken
      } while (nextToken)
      return items.map((item) => item.values.join())
    }
    const expected = (test: (year: number, city: string, day: string) => boolean) =>
      inputs
        .filter(({ values: [year, city, day] }) => test(Number(year), city!, day!))
        .map((input) => input.values.join())

    const cases: [string, (year: number, city: string, day: string) => boolean][] = [
      ['year > 9', (y) => y > 9],
      ['year >= 10 and year < 2024', (y) => y >= 10 && y < 2024],
      ["'10' = year", (y) => y === 10],
      ['year <> 10', (y) => !Number.isNaN(y) && y !== 10],
      ['NOT (year = 10 OR year = 9)', (y) => !Number.isNaN(y) && y !== 10 && y !== 9],
      ['year between -5 and 9', (y) => y >= -5 && y <= 9],
      ['year not between -5 and 9', (y) => y > 9],
      ["year in (2023, '2024') and city = 'oslo'", (y, c) => y > 2000 && c === 'oslo'],
      [
        "(year = 9 and city = 'Oslo') or (year = 10 and city > 'a')",
        (y, c) => (y === 9 && c === 'Oslo') || (y === 10 && c > 'a'),
      ],
      ["city like 'o%'", (_, c) => c.startsWith('o')],
      ["city not like '_slo'", (_, c) => !/^.slo$/.test(c)],
      ["year = 9 and city like 'a\\%b'", (y, c) => y === 9 && c === 'a%b'],
      [
        "city = 'o''hare' and day = date '2024-11-30'",
        (_, c, d) => c === "o'hare" && d === '2024-11-30',
      ],
      ['city = "oslo" and ("year") = 9', (y, c) => c === 'oslo' && y === 9],
      ["((year) = 9) and ((day >= '2024-02-01'))", (y, _, d) => y === 9 && d > '2024-02-01'],
      ["city not in ('oslo', 'Oslo')", (_, c) => c !== 'oslo' && c !== 'Oslo'],
      ['year is not null', (y) => !Number.isNaN(y)],
    ]
    for (const [expression, test] of cases) {
      assert.deepEqual((await select(expression)).toSorted(), expected(test).toSorted(), expression)
    }
    // A value that is not of its key's type is SQL's NULL: no comparison holds, not even its negation.
    assert.deepEqual(await select('year is null'), [inputs.at(-1)!.values.join()])

    const parts: string[] = []
    for (const number of [0, 1, 2]) {
      const page = await metastore.listPartitions(ref, {
        limit: 1000,
        segment: { number, total: 3 },
      })
      assert.ok(page.items.length < inputs.length)
      parts.push(...page.items.map((item) => item.values.join()))
    }
    assert.deepEqual(parts.toSorted(), inputs.map((input) => input.values.join()).toSorted())
  })

  it('refuses filters that are wrong, with the messages of Glue', async () => {
    const ref = { ...inDb, table: 'filter' }
    const message = async (expression: string) => {
      try {
        await metastore.listPartitions(ref, { limit: 1, expression })
      } catch (error) {
        assert.ok(isLakeError(error, 'InvalidInput'))
        return error.message
      }
      return undefined
    }
    assert.equal(await message('nope = 1'), 'Invalid partition expression!')
    assert.equal(await message("year = 'x'"), '"x" is not an integer.')
    assert.equal(await message('year ='), "Unsupported expression 'year ='")
    assert.equal(
      await message("year like '1%'"),
      "Integral data type doesn't support operation 'LIKE'",
    )
    assert.equal(await message("day = '2024-13-01'"), '2024-13-01 is not a date.')
    assert.match((await message('('.repeat(2000)))!, /Unsupported expression/)
    assert.match((await message('year = 1; drop'))!, /Unsupported expression/)
  })

  it('encodes partitions anew when a key changes its type', async () => {
    const ref = { ...inDb, table: 'retype' }
    const withType = (type: string) => ({ name: 'retype', partitionKeys: [{ name: 'k', type }] })
    await metastore.createTable(inDb, withType('string'), 'me')
    await metastore.addPartitions(ref, [{ values: ['9'] }, { values: ['10'] }])
    const above = async () =>
      (await metastore.listPartitions(ref, { limit: 9, expression: "k >= '9'" })).items.map(
        (item) => item.values[0],
      )
    assert.deepEqual(await above(), ['9'])
    await metastore.updateTable(ref, withType('int'))
    assert.deepEqual(await above(), ['9', '10'])
    assert.deepEqual((await metastore.getPartition(ref, ['10'])).values, ['10'])
  })

  it('keeps statistics, indexes, functions, tags and policies', async () => {
    const ref = { ...inDb, table: 'extras' }
    const partitionKeys = [{ name: 'k', type: 'int' }]
    const index = { name: 'i', keys: ['k'] }
    await metastore.createTable(inDb, { name: 'extras', partitionKeys }, 'me', {
      partitionIndexes: [index],
    })
    assert.deepEqual(await metastore.listPartitionIndexes(ref), [
      { name: 'i', keys: [{ name: 'k', type: 'int' }] },
    ])
    await assert.rejects(metastore.createPartitionIndex(ref, index), code('AlreadyExists'))
    await metastore.deletePartitionIndex(ref, 'i')
    await assert.rejects(metastore.deletePartitionIndex(ref, 'i'), code('PartitionIndexNotFound'))

    const statistics = { columnName: 'a', columnType: 'int', analyzedTimeMs: 1, data: { n: 1 } }
    await metastore.addPartitions(ref, [{ values: ['1'] }])
    const ofPartition = { ...ref, partitionValues: ['1'] }
    await metastore.putColumnStatistics(ref, [statistics])
    await metastore.putColumnStatistics(ofPartition, [{ ...statistics, data: { n: 2 } }])
    assert.deepEqual(await metastore.getColumnStatistics(ref, ['a', 'b']), [statistics])
    await metastore.deletePartitions(ref, [['1']])
    await metastore.addPartitions(ref, [{ values: ['1'] }])
    assert.deepEqual(await metastore.getColumnStatistics(ofPartition, ['a']), [])

    await metastore.createFunction(inDb, { name: 'F', className: 'x.Y' })
    const listed = await metastore.listFunctions(catalog, { limit: 5, pattern: '*' })
    assert.deepEqual(
      listed.items.map((one) => [one.database, one.name, one.className]),
      [['db', 'f', 'x.Y']],
    )

    await metastore.tagResource('arn:x', { a: '1', b: '2' })
    await metastore.untagResource('arn:x', ['a'])
    assert.deepEqual(await metastore.getTags('arn:x'), { b: '2' })

    const hash = await metastore.putResourcePolicy(catalog, '', '{}')
    await assert.rejects(
      metastore.putResourcePolicy(catalog, '', '{ }', { expectedHash: 'other' }),
      code('ConditionFailed'),
    )
    await metastore.deleteResourcePolicy(catalog, '', { expectedHash: hash })
    await assert.rejects(metastore.getResourcePolicy(catalog, ''), code('ResourcePolicyNotFound'))
  })

  it('deletes a database with its tables, and frees their rows a batch at a time', async () => {
    const gone = { ...catalog, database: 'gone' }
    const ref = { ...gone, table: 't' }
    await metastore.createDatabase(catalog, { name: 'gone' })
    const table = { name: 't', partitionKeys: [{ name: 'k', type: 'int' }] }
    await metastore.createTable(gone, table, 'me')
    const rowsBefore = await count('catalog_partitions')
    const inputs = Array.from({ length: 2_500 }, (_, n) => ({ values: [String(n)] }))
    await metastore.addPartitions(ref, inputs)
    await metastore.deleteDatabase(gone)
    await assert.rejects(metastore.getTable(ref), code('DatabaseNotFound'))
    await metastore.createDatabase(catalog, { name: 'gone' })
    await metastore.createTable(gone, table, 'me')
    assert.deepEqual((await metastore.listPartitions(ref, { limit: 10 })).items, [])
    assert.equal(await metastore.purge(), true)
    while (await metastore.purge());
    assert.equal(await count('catalog_partitions'), rowsBefore)
  })

  async function count(table: string): Promise<number> {
    const row = await database
      .tables<Record<string, Record<string, unknown>>>()
      .selectFrom(table)
      .select((of) => of.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return row.n as number
  }
})
