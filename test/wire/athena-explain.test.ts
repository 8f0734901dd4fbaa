import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

let fixture: AthenaLake
before(async () => {
  fixture = await startAthenaLake()
  await fixture.run('CREATE DATABASE shop')
  await fixture.put('sales/dt=2024-01-01/a.csv', '1,10\n2,20\n')
  await fixture.put('sales/dt=2024-01-02/b.csv', '3,30\n')
  await fixture.run(
    `CREATE EXTERNAL TABLE sales (id int, price int) PARTITIONED BY (dt string)
     ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://data/sales/'`,
  )
  await fixture.run('MSCK REPAIR TABLE sales')
})
after(() => fixture.lake.stop())

const query = `SELECT dt, sum(price) AS total FROM sales WHERE dt = '2024-01-01' GROUP BY dt`
const textOf = async (sql: string) => (await fixture.run(sql)).map(([line]) => line).join('\n')

/** https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html */
describe('EXPLAIN', () => {
  it('tells the plan, and what is read after pruning', async () => {
    const plan = await textOf(`EXPLAIN ${query}`)
    assert.match(plan, /^Fragment 0 \[SINGLE\]/)
    assert.match(plan, /Output\[columnNames = \[dt, total\]\]/)
    assert.match(plan, /Layout: \[dt:varchar, total:bigint\]/)
    assert.match(plan, /Aggregate\[/)
    assert.match(plan, /TableScan\[/)
    assert.match(
      plan,
      /Source: awsdatacatalog\.shop\.sales, 1 files, 10 bytes, constraint on \[dt\]/,
    )
    assert.doesNotMatch(plan, /\/in\/|\.csv/, 'no path of the machine')
  })

  it('has the types and formats that Athena documents', async () => {
    assert.match(await textOf(`EXPLAIN (TYPE LOGICAL) ${query}`), /^Output\[/)
    assert.equal(await textOf(`EXPLAIN (TYPE VALIDATE) ${query}`), 'true')
    const tree = JSON.parse(await textOf(`EXPLAIN (TYPE LOGICAL, FORMAT JSON) ${query}`))
    assert.equal(tree.name, 'Output')
    assert.equal(tree.outputs.length, 2)
    assert.match(await textOf(`EXPLAIN (FORMAT GRAPHVIZ) ${query}`), /^digraph distributed_plan \{/)
    const io = JSON.parse(await textOf(`EXPLAIN (TYPE IO, FORMAT JSON) ${query}`))
    assert.deepEqual(io.inputTableColumnInfos[0].table.schemaTable, {
      schema: 'shop',
      table: 'sales',
    })
    assert.deepEqual(io.inputTableColumnInfos[0].constraint.columnConstraints, [
      {
        columnName: 'dt',
        type: 'varchar',
        domain: {
          nullsAllowed: false,
          ranges: [
            {
              low: { value: '2024-01-01', bound: 'EXACTLY' },
              high: { value: '2024-01-01', bound: 'EXACTLY' },
            },
          ],
        },
      },
    ])
  })

  it('runs the query with ANALYZE, and tells what each step took', async () => {
    const execution = await fixture.ended(await fixture.start(`EXPLAIN ANALYZE ${query}`))
    assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
    assert.equal(execution.StatementType, 'UTILITY')
    assert.equal(execution.Statistics!.DataScannedInBytes, 10)
    const plan = await textOf(`EXPLAIN ANALYZE VERBOSE ${query}`)
    assert.match(plan, /^Elapsed: [\d.]+ms, Output: 1 rows/)
    assert.match(plan, /CPU: [\d.]+ms, Output: 2 rows/)
  })

  it('refuses what it does not know, and what the query may not do', async () => {
    await assert.rejects(fixture.start('EXPLAIN (TYPE NONSENSE) SELECT 1'), /NONSENSE/)
    await assert.rejects(fixture.start(`EXPLAIN DROP TABLE sales`), /EXPLAIN is supported for/)
    await assert.rejects(
      fixture.start('EXPLAIN ANALYZE (TYPE LOGICAL) SELECT 1'),
      /FORMAT TEXT or JSON alone/,
    )
    const failed = await fixture.ended(await fixture.start('EXPLAIN SELECT nope FROM sales'))
    assert.match(failed.Status!.StateChangeReason!, /COLUMN_NOT_FOUND/)
  })
})
