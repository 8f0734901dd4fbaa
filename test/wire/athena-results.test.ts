import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateWorkGroupCommand, type QueryExecution } from '@aws-sdk/client-athena'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

let fixture: AthenaLake
before(async () => {
  fixture = await startAthenaLake({}, { resultMetadata: true })
  await fixture.run('CREATE DATABASE shop')
  await fixture.put('sales/a.csv', '1,10\n2,20\n')
  await fixture.run(
    `CREATE EXTERNAL TABLE sales (id int, price int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://data/sales/'`,
  )
})
after(() => fixture.lake.stop())

const reuse = {
  ResultReuseConfiguration: {
    ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
  },
}
const again = async (sql: string, more: object = reuse): Promise<QueryExecution> => {
  const execution = await fixture.ended(await fixture.start(sql, more))
  assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
  return execution
}
const wasReused = (execution: QueryExecution) =>
  execution.Statistics!.ResultReuseInformation!.ReusedPreviousResult

/** https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html */
describe('results that are reused', () => {
  const sql = 'SELECT sum(price) AS total FROM sales'

  it('come from the execution before, as long as nothing has changed', async () => {
    const first = await again(sql)
    assert.equal(wasReused(first), false)
    const second = await again(sql)
    assert.equal(wasReused(second), true)
    assert.equal(second.Statistics!.DataScannedInBytes, 0)
    assert.equal(
      second.ResultConfiguration!.OutputLocation,
      first.ResultConfiguration!.OutputLocation,
    )
    assert.deepEqual(await fixture.run(sql, reuse), [['30']])
    assert.equal(wasReused(await again(sql, {})), false, 'only when it is asked for')
  })

  it('are made anew when the data, the statement or the result has changed', async () => {
    await again(sql)
    await fixture.put('sales/b.csv', '3,5\n')
    assert.equal(wasReused(await again(sql)), false, 'another file')
    await fixture.put('sales/b.csv', '3,7\n')
    assert.equal(wasReused(await again(sql)), false, 'other bytes of the same length')
    assert.deepEqual(await fixture.run(sql, reuse), [['37']])
    assert.equal(wasReused(await again(`${sql} WHERE id > 1`)), false, 'another statement')
    const last = await again(sql)
    const key = last.ResultConfiguration!.OutputLocation!.slice('s3://results/'.length)
    await fixture.s3.send(
      new PutObjectCommand({ Bucket: 'results', Key: key, Body: 'something else' }),
    )
    assert.equal(wasReused(await again(sql)), false, 'the result was written over')
    const newest = await again(sql)
    const kept = newest.ResultConfiguration!.OutputLocation!.slice('s3://results/'.length)
    await fixture.s3.send(new DeleteObjectCommand({ Bucket: 'results', Key: kept }))
    assert.equal(wasReused(await again(sql)), false, 'the result was deleted')
  })

  it('are never reused where each run gives others, or in another workgroup', async () => {
    for (const changing of ['SELECT random() AS r', 'SELECT current_timestamp AS t']) {
      await again(changing)
      assert.equal(wasReused(await again(changing)), false, changing)
    }
    await fixture.athena.send(
      new CreateWorkGroupCommand({
        Name: 'other',
        Configuration: { EnforceWorkGroupConfiguration: false },
      }),
    )
    await again(sql)
    assert.equal(wasReused(await again(sql, { ...reuse, WorkGroup: 'other' })), false)
  })
})

/** https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html */
describe('the encryption of results', () => {
  const locate = (execution: QueryExecution) => {
    const [, , Bucket, ...rest] = execution.ResultConfiguration!.OutputLocation!.split('/')
    return { Bucket, Key: rest.join('/') }
  }

  it('is what the request or the workgroup asks for', async () => {
    const { KeyMetadata } = await fixture.lake.client(KMSClient).send(new CreateKeyCommand({}))
    const OutputLocation = 's3://results/sealed/'
    const sealed = await again('SELECT 1 AS a', {
      ResultConfiguration: {
        OutputLocation,
        EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: KeyMetadata!.Arn },
      },
    })
    const head = await fixture.s3.send(new HeadObjectCommand(locate(sealed)))
    assert.equal(head.ServerSideEncryption, 'aws:kms')
    assert.equal(head.SSEKMSKeyId, KeyMetadata!.Arn)
    const { Body } = await fixture.s3.send(new GetObjectCommand(locate(sealed)))
    assert.equal(await Body!.transformToString(), '"a"\n"1"\n')

    await fixture.athena.send(
      new CreateWorkGroupCommand({
        Name: 'sealing',
        Configuration: {
          EnableMinimumEncryptionConfiguration: true,
          EnforceWorkGroupConfiguration: false,
          ResultConfiguration: { OutputLocation },
        },
      }),
    )
    const least = await again('SELECT 2 AS a', { WorkGroup: 'sealing' })
    const other = await fixture.s3.send(new HeadObjectCommand(locate(least)))
    assert.equal(other.ServerSideEncryption, 'AES256')
  })
})

/** https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html */
describe('the file of a result', () => {
  const textOf = async (sql: string) => {
    const { ResultConfiguration } = await again(sql, {})
    const [, , Bucket, ...rest] = ResultConfiguration!.OutputLocation!.split('/')
    const { Body } = await fixture.s3.send(new GetObjectCommand({ Bucket, Key: rest.join('/') }))
    return Body!.transformToString()
  }

  it('begins with the names of its columns, whatever they are', async () => {
    assert.equal(await textOf('SELECT 1 AS a, NULL AS b'), '"a","b"\n"1",\n')
    assert.equal(await textOf('SELECT 1 AS "x ""y"", é"'), '"x ""y"", é"\n"1"\n')
    assert.equal(await textOf('SELECT 1 AS a, 2 AS a'), '"a","a"\n"1","2"\n')
    assert.equal(await textOf('SELECT 1 AS a WHERE false'), '"a"\n')
  })

  it('has its types beside it', async () => {
    for (const [sql, suffix, name] of [
      ['SELECT 1 AS price', 'csv', 'price'],
      ['SHOW TABLES', 'txt', 'tab_name'],
    ] as const) {
      const { ResultConfiguration } = await again(sql, {})
      const [, , Bucket, ...rest] = ResultConfiguration!.OutputLocation!.split('/')
      const Key = `${rest.join('/')}.metadata`
      assert.ok(Key.endsWith(`.${suffix}.metadata`))
      const { Body } = await fixture.s3.send(new GetObjectCommand({ Bucket, Key }))
      assert.ok(Buffer.from(await Body!.transformToByteArray()).includes(name))
    }
  })

  it('has every row, however large it is', async () => {
    for (const names of ['x, text AS y', 'x, text AS x']) {
      const text = await textOf(
        `SELECT ${names} FROM UNNEST(sequence(1, 5000), repeat('${'0123456789'.repeat(5)}', 5000)) AS t(x, text)`,
      )
      const lines = text.trimEnd().split('\n')
      assert.equal(lines.length, 5001)
      assert.equal(lines.at(-1), `"5000","${'0123456789'.repeat(5)}"`)
    }
  })
})

/** https://trino.io/docs/current/functions/decimal.html */
describe('decimals of more than 18 digits', () => {
  const large = `(VALUES (decimal '9999999999999.99', decimal '99999999999999.99')) AS t(x, y)`
  const product = '999999999999998900000000000.0001'

  it('are exact, where smaller ones were tried first', async () => {
    assert.deepEqual(await fixture.run(`SELECT x * y FROM ${large}`), [[product]])
    assert.deepEqual(await fixture.run(`SELECT sum(x * y), avg(x * y) FROM ${large}`), [
      [product, product],
    ])
  })

  it('are found by TRY', async () => {
    assert.deepEqual(await fixture.run(`SELECT TRY(x * y) FROM ${large}`), [[product]])
  })

  it('are written to tables', async () => {
    await fixture.run(
      `CREATE TABLE products WITH (external_location = 's3://data/products/') AS SELECT x * y AS p FROM ${large}`,
    )
    assert.deepEqual(await fixture.run('SELECT p FROM products'), [[product]])
  })
})
