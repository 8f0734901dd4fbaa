import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Processor } from '@aws-sdk/client-firehose'
import { startFirehose } from './firehose-lake.ts'

let front: Awaited<ReturnType<typeof startFirehose>>
before(async () => {
  front = await startFirehose('processed')
})
after(() => front.lake.stop())

const processing = (...Processors: Processor[]) => ({
  ProcessingConfiguration: { Enabled: true, Processors },
})
const parameters = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([ParameterName, ParameterValue]) => ({
    ParameterName: ParameterName as 'Delimiter',
    ParameterValue,
  }))

test('records are taken apart and delimited; what is no JSON goes to the error prefix in its envelope', async () => {
  const { create, put, delivered } = front
  await create('apart', {
    Prefix: 'apart/',
    ErrorOutputPrefix: 'wrong/!{firehose:error-output-type}/',
    ...processing(
      { Type: 'AppendDelimiterToRecord' },
      { Type: 'RecordDeAggregation', Parameters: parameters({ SubRecordType: 'JSON' }) },
    ),
  })
  await put('apart', ['{"a":1}{"a":2}', 'text', '{"a":3}'])
  const text = await delivered('apart/', (found) => found.includes('3'))
  assert.equal(text, '{"a":1}\n{"a":2}\n{"a":3}\n')
  const error = JSON.parse(await delivered('wrong/processing-failed/', (found) => found !== ''))
  assert.equal(error.rawData, Buffer.from('text').toString('base64'))
  assert.equal(error.errorCode, 'DeAggregation.InvalidRecord')
  assert.equal(error.attemptsMade, 1)
})

test('log events of CloudWatch, taken out of GZIP', async () => {
  const { create, put, delivered } = front
  await create('events', {
    Prefix: 'events/',
    ...processing(
      {
        Type: 'CloudWatchLogProcessing',
        Parameters: parameters({ DataMessageExtraction: 'true' }),
      },
      { Type: 'Decompression', Parameters: parameters({ CompressionFormat: 'GZIP' }) },
    ),
  })
  const event = { id: '1', timestamp: 1, message: 'it happened' }
  await put('events', [
    gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [event, event] })),
  ])
  assert.equal(await delivered('events/', (found) => found !== ''), 'it happened\nit happened\n')
})

test('processors that cannot be', async () => {
  const wrong: readonly [RegExp, ...Processor[]][] = [
    [/SubRecordType of RecordDeAggregation must be/, { Type: 'RecordDeAggregation' }],
    [
      /Delimiter of RecordDeAggregation must be a delimiter in base64/,
      {
        Type: 'RecordDeAggregation',
        Parameters: parameters({ SubRecordType: 'DELIMITED', Delimiter: 'not base64' }),
      },
    ],
    [
      /together with Decompression/,
      {
        Type: 'CloudWatchLogProcessing',
        Parameters: parameters({ DataMessageExtraction: 'true' }),
      },
    ],
    [
      /CompressionFormat of Decompression must be GZIP/,
      { Type: 'Decompression', Parameters: parameters({ CompressionFormat: 'ZIP' }) },
    ],
    [/more than once/, { Type: 'Decompression' }, { Type: 'Decompression' }],
  ]
  for (const [message, ...processors] of wrong) {
    await assert.rejects(front.create('never', processing(...processors)), (error: Error) => {
      assert.equal(error.name, 'InvalidArgumentException')
      assert.match(error.message, message)
      return true
    })
  }
})
