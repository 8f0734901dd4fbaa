import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import {
  AthenaClient,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  paginateGetQueryResults,
} from '@aws-sdk/client-athena'
import { IAMClient } from '@aws-sdk/client-iam'
import { CreateKeyCommand, DecryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { CopyObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { createUser } from '../harness/user.ts'

/*
 * CSE_KMS: what Athena stores is encrypted before. https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html
 * The format is that of the Amazon S3 Encryption Client, which reads it in test/clients.
 */
let fixture: AthenaLake
let kms: KMSClient
let KmsKey: string
before(async () => {
  fixture = await startAthenaLake({}, { resultMetadata: true })
  await fixture.run('CREATE DATABASE shop')
  kms = fixture.lake.client(KMSClient)
  KmsKey = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!
})
after(() => fixture.lake.stop())

const sealed = (key: string | undefined) => ({
  ResultConfiguration: {
    OutputLocation: 's3://results/sealed/',
    EncryptionConfiguration: { EncryptionOption: 'CSE_KMS' as const, KmsKey: key },
  },
})
const locate = (uri: string) => {
  const [, , Bucket, ...rest] = uri.split('/')
  return { Bucket, Key: rest.join('/') }
}
/** As the format says, with nothing of the server's but KMS. */
async function decrypt(uri: string): Promise<string> {
  const { Body, Metadata } = await fixture.s3.send(new GetObjectCommand(locate(uri)))
  const bytes = Buffer.from(await Body!.transformToByteArray())
  assert.equal(Metadata!['x-amz-cek-alg'], 'AES/GCM/NoPadding')
  assert.equal(Metadata!['x-amz-wrap-alg'], 'kms+context')
  assert.equal(Metadata!['x-amz-tag-len'], '128')
  const { Plaintext } = await kms.send(
    new DecryptCommand({
      KeyId: KmsKey,
      CiphertextBlob: Buffer.from(Metadata!['x-amz-key-v2']!, 'base64'),
      EncryptionContext: JSON.parse(Metadata!['x-amz-matdesc']!) as Record<string, string>,
    }),
  )
  const iv = Buffer.from(Metadata!['x-amz-iv']!, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', Plaintext!, iv)
  decipher.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString()
}
const ended = async (sql: string) => {
  const execution = await fixture.ended(await fixture.start(sql, sealed(KmsKey)))
  assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
  return execution
}

describe('results that are encrypted before they are stored', () => {
  it('open with the key alone, and are read page by page', async () => {
    const count = 40_000
    const many = await ended(
      `SELECT x, 'row' AS t FROM UNNEST(sequence(1, 10000), repeat(1, 10000)) AS a(x, o) UNION ALL SELECT x + 10000, 'row' FROM UNNEST(sequence(1, 10000)) AS a(x) UNION ALL SELECT x + 20000, 'row' FROM UNNEST(sequence(1, 10000)) AS a(x) UNION ALL SELECT x + 30000, 'row' FROM UNNEST(sequence(1, 10000)) AS a(x) ORDER BY 1`,
    )
    const text = await decrypt(many.ResultConfiguration!.OutputLocation!)
    const lines = text.trimEnd().split('\n')
    assert.deepEqual(
      [lines.length, lines[0], lines.at(-1)],
      [count + 1, '"x","t"', '"40000","row"'],
    )
    const rows: string[] = []
    const paging = { client: fixture.athena, pageSize: 997 }
    const { QueryExecutionId } = many
    for await (const { ResultSet } of paginateGetQueryResults(paging, { QueryExecutionId })) {
      for (const row of ResultSet!.Rows!)
        rows.push(row.Data!.map((each) => each.VarCharValue).join())
    }
    assert.equal(rows.length, count + 1)
    assert.deepEqual(
      rows.slice(1),
      lines.slice(1).map((line) => line.replaceAll('"', '')),
    )
  })

  it('hold what DDL and SHOW answer, and the types beside', async () => {
    const shown = await ended('SHOW DATABASES')
    const { OutputLocation } = shown.ResultConfiguration!
    assert.equal(await decrypt(OutputLocation!), 'shop\n')
    assert.ok((await decrypt(`${OutputLocation}.metadata`)).includes('database_name'))
  })

  it('need a key that there is, and a result object that is as it was written', async () => {
    await assert.rejects(fixture.start('SELECT 1', sealed(undefined)), {
      name: 'InvalidRequestException',
      message: /KmsKey/,
    })
    await assert.rejects(fixture.start('SELECT 1', sealed('alias/none')), {
      name: 'InvalidRequestException',
    })
    const one = await ended('SELECT 1')
    const other = await ended('SELECT 2')
    const from = locate(other.ResultConfiguration!.OutputLocation!)
    await fixture.s3.send(
      new CopyObjectCommand({
        ...locate(one.ResultConfiguration!.OutputLocation!),
        CopySource: `${from.Bucket}/${from.Key}`,
      }),
    )
    await assert.rejects(
      fixture.athena.send(new GetQueryResultsCommand({ QueryExecutionId: one.QueryExecutionId })),
      { name: 'InvalidRequestException', message: /not the one/ },
    )
  })

  it('are not for files of tables', async () => {
    for (const sql of [
      `CREATE TABLE x WITH (external_location = 's3://data/x/') AS SELECT 1 AS a`,
      `UNLOAD (SELECT 1 AS a) TO 's3://data/u/' WITH (format = 'PARQUET')`,
    ]) {
      await assert.rejects(fixture.start(sql, sealed(KmsKey)), {
        name: 'InvalidRequestException',
        message: /not files of tables/,
      })
    }
  })

  it('are written and read by whom KMS lets do so', async () => {
    const iam = fixture.lake.client(IAMClient)
    const clientOf = async (name: string, actions: readonly string[]) => {
      const credentials = await createUser(iam, name, [
        { Action: ['athena:*', 'glue:*', 's3:*'], Resource: '*' },
        { Action: actions, Resource: KmsKey },
      ])
      return fixture.lake.client(AthenaClient, { credentials })
    }
    const writer = await clientOf('writer', ['kms:GenerateDataKey'])
    const reader = await clientOf('reader', ['kms:Decrypt'])
    const startAs = async (client: AthenaClient) => {
      const input = { QueryString: 'SELECT 1', ...sealed(KmsKey) }
      const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand(input))
      return fixture.ended(QueryExecutionId!)
    }
    const done = await startAs(writer)
    assert.equal(done.Status!.State, 'SUCCEEDED', done.Status!.StateChangeReason)
    const read = (client: AthenaClient) =>
      client.send(new GetQueryResultsCommand({ QueryExecutionId: done.QueryExecutionId }))
    assert.equal((await read(reader)).ResultSet!.Rows!.length, 2)
    await assert.rejects(read(writer), { name: 'AccessDeniedException', message: /kms:Decrypt/ })
    const refused = await startAs(reader)
    assert.match(refused.Status!.StateChangeReason!, /^PERMISSION_DENIED: .* kms:GenerateDataKey/)
  })
})
