import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { cbor } from '@smithy/core/cbor'
import { call, events, inputs, json } from './protocol-gateway.ts'

// The codes and messages are those which kinesalite recorded from AWS:
// https://github.com/mhart/kinesalite/blob/main/test/connection.js and test/putRecords.js
test('what is no JSON document is a SerializationException without a message', async () => {
  for (const body of ['hello', '{"StreamName":', '', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])]) {
    const { status, headers, json: error } = await json('PutRecord', body)
    assert.equal(status, 400)
    assert.equal(headers['content-type'], 'application/x-amz-json-1.1')
    assert.match(headers['x-amzn-RequestId']!, /^[\da-f-]{36}$/)
    assert.deepEqual(error, { __type: 'SerializationException' })
  }
})

test('a wrong type is a SerializationException in the words of AWS', async () => {
  const cases: readonly [string, unknown, string][] = [
    [
      'PutRecord',
      { StreamName: 1 },
      'class java.math.BigDecimal can not be converted to an String',
    ],
    [
      'PutRecord',
      { StreamName: true },
      'class java.lang.Boolean can not be converted to an String',
    ],
    ['PutRecord', { StreamName: [] }, 'Start of list found where not expected'],
    ['PutRecord', { StreamName: {} }, 'Start of structure or map found where not expected.'],
    ['PutRecords', { Records: 'a' }, 'Expected list or null'],
    ['PutRecords', { Records: {} }, 'Start of structure or map found where not expected.'],
    ['PutRecords', { Records: ['a'] }, 'Expected null'],
    [
      'PutRecords',
      { Records: [{ Data: 1 }] },
      'class java.math.BigDecimal can not be converted to a Blob',
    ],
    ['AddTagsToStream', { Tags: 'a' }, 'Expected map or null'],
    ['AddTagsToStream', { Tags: [] }, 'Start of list found where not expected'],
    ['PutRecord', [], 'Start of list found where not expected'],
    ['PutRecord', 5, 'Expected null'],
  ]
  for (const [target, body, message] of cases) {
    const { status, json: error } = await json(target, JSON.stringify(body))
    assert.deepEqual([status, error], [400, { __type: 'SerializationException', message }])
  }
})

test('bad base64 is a SerializationException', async () => {
  const cases: readonly [string, string][] = [
    [
      'abc',
      "'abc' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 3",
    ],
    ['ab$=', "'ab$=' can not be converted to a Blob: Invalid Base64 character: '$'"],
    ['ab=c', "'ab=c' can not be converted to a Blob: Invalid Base64 character: '='"],
    ['ab-_', "'ab-_' can not be converted to a Blob: Invalid Base64 character: '-'"],
  ]
  for (const [Data, message] of cases) {
    const { json: error } = await json('PutRecord', JSON.stringify({ StreamName: 'a', Data }))
    assert.deepEqual(error, { __type: 'SerializationException', message })
  }
})

test('missing members and broken limits are a ValidationException that names them all', async () => {
  const detected = async (body: unknown) =>
    (await json('PutRecords', JSON.stringify(body))).json['message']
  assert.equal(
    await detected({ StreamName: 'a' }),
    "1 validation error detected: Value null at 'records' failed to satisfy constraint: Member must not be null",
  )
  assert.equal(
    await detected({ StreamName: 'x'.repeat(129), Records: [] }),
    `2 validation errors detected: Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '${'x'.repeat(129)}' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to 128`,
  )
  assert.equal(
    await detected({ StreamName: 'a b', Records: [{ Data: '', PartitionKey: 'p' }] }),
    "1 validation error detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
  )
  assert.equal(
    await detected({ Records: [null, { Data: 'AAAAAAAAAAAAAAAA', PartitionKey: 'ppppp' }, {}] }),
    [
      "4 validation errors detected: Value null at 'records.1.member' failed to satisfy constraint: Member must not be null",
      "Value 'java.nio.HeapByteBuffer[pos=0 lim=12 cap=12]' at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 8",
      "Value 'ppppp' at 'records.2.member.partitionKey' failed to satisfy constraint: Member must have length less than or equal to 4",
      "Value null at 'records.3.member.data' failed to satisfy constraint: Member must not be null",
    ].join('; '),
  )
})

test('a member that a service insists on is missed though the model lets it be absent', async () => {
  const body = JSON.stringify({ Tags: { k: 'v' } })
  assert.equal(
    (await json('AddTagsToStream', body)).json['message'],
    "1 validation error detected: Value null at 'streamName' failed to satisfy constraint: Member must not be null",
  )
})

test('unknown members are ignored, and __proto__ is a key like any other', async () => {
  inputs.length = 0
  const { status } = await json(
    'AddTagsToStream',
    '{"StreamName":"a","Tags":{"__proto__":"p","k":"v"},"Nonsense":[1],"__proto__":{"StreamARN":"x"}}',
  )
  assert.equal(status, 200)
  const [input] = inputs as [{ Tags: Record<string, string>; StreamARN?: string }]
  assert.deepEqual(Object.entries(input.Tags), [
    ['__proto__', 'p'],
    ['k', 'v'],
  ])
  assert.equal(input.StreamARN, undefined)
})

test('unknown and unbuilt operations are named as such, in each protocol', async () => {
  const unknown = await json('NoSuchThing', '{}')
  assert.deepEqual([unknown.status, unknown.json], [400, { __type: 'UnknownOperationException' }])
  const none = await json('', '{}', { 'x-amz-target': 'nonsense' })
  assert.deepEqual([none.status, none.json], [400, { __type: 'UnknownOperationException' }])
  const unbuilt = await json('MergeShards', '{}')
  assert.equal(unbuilt.status, 501)
  assert.deepEqual(unbuilt.json, {
    __type: 'NotImplementedException',
    message: 'The operation kinesis:MergeShards is not implemented.',
  })

  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const action = await call({
    service: 'iam',
    headers: form,
    body: 'Action=Fly&Version=2010-05-08',
  })
  assert.equal(action.status, 400)
  assert.match(action.text, /<Type>Sender<\/Type><Code>InvalidAction<\/Code>/)
  const missing = await call({ service: 'iam', headers: form, body: 'Version=2010-05-08' })
  assert.match(missing.text, /<Code>MissingAction<\/Code>/)

  const refused = await call({ service: 's3', method: 'PUT', path: '/b' })
  assert.equal(refused.status, 501)
  assert.match(
    refused.text,
    /<Code>NotImplemented<\/Code><Message>The operation s3:CreateBucket is/,
  )
})

test('an unknown service is named', async () => {
  const { status, text: body } = await call({
    service: 'sqs',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessage',
    },
    body: '{}',
  })
  assert.equal(status, 501)
  assert.deepEqual(JSON.parse(body), {
    __type: 'NotImplementedException',
    message: "The service 'sqs' is not available here.",
  })
})

test('a body beyond the limit is refused, and a compressed one counts unpacked', async () => {
  const long = JSON.stringify({ StreamName: 'a'.repeat(70_000) })
  const plain = await json('PutRecord', long)
  assert.deepEqual([plain.status, plain.json['__type']], [413, 'RequestEntityTooLargeException'])
  const bomb = await json('PutRecord', gzipSync(long), { 'content-encoding': 'gzip' })
  assert.equal(bomb.status, 413)
  const xml = `<Delete>${'<Object><Key>k</Key></Object>'.repeat(4000)}</Delete>`
  const s3Answer = await call({ service: 's3', path: '/b?delete', body: xml })
  assert.equal(s3Answer.status, 400)
  assert.match(s3Answer.text, /<Code>MaxMessageLengthExceeded<\/Code>/)
})

test('a compressed body is unpacked, and one that is none is refused', async () => {
  inputs.length = 0
  const good = gzipSync(JSON.stringify({ StreamName: 'zipped', Data: 'aGk=', PartitionKey: 'p' }))
  assert.equal((await json('PutRecord', good, { 'content-encoding': 'gzip' })).status, 200)
  assert.equal((inputs[0] as { StreamName: string }).StreamName, 'zipped')
  const bad = await json('PutRecord', 'not gzip', { 'content-encoding': 'gzip' })
  assert.equal(bad.json['__type'], 'SerializationException')
})

test('the text of an internal error stays inside', async () => {
  const { status, text: body } = await json('ListStreams', '{}')
  assert.equal(status, 500)
  assert.doesNotMatch(body, /secret|Boom/)
  assert.match(body, /^\{"__type":"InternalFailure"/)
  assert.equal(events.at(-1)!.errorCode, 'InternalFailure')
  assert.equal(events.at(-1)!.operation, 'ListStreams')
})

test('the CBOR form of AWS JSON, as the Java SDK speaks it for Kinesis', async () => {
  const headers = {
    'content-type': 'application/x-amz-cbor-1.1',
    'x-amz-target': 'Kinesis_20131202.PutRecord',
  }
  inputs.length = 0
  // Jackson writes maps of indefinite length, and bytes as bytes.
  const body = Buffer.concat([
    Buffer.from([0xbf]),
    Buffer.from([0x6a]),
    Buffer.from('StreamName'),
    Buffer.from([0x61]),
    Buffer.from('s'),
    Buffer.from([0x64]),
    Buffer.from('Data'),
    Buffer.from([0x42, 0xff, 0x00]),
    Buffer.from([0xff]),
  ])
  const good = await call({ service: 'kinesis', headers, body })
  assert.equal(good.status, 200)
  assert.equal(good.headers['content-type'], 'application/x-amz-cbor-1.1')
  assert.deepEqual(inputs[0], { StreamName: 's', Data: Buffer.from([0xff, 0x00]) })

  for (const malformed of [
    [0xbf, 0x61],
    [0xa1, 0x64],
    [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  ]) {
    const bad = await call({ service: 'kinesis', headers, body: Buffer.from(malformed) })
    assert.equal(bad.status, 400)
    assert.deepEqual(cbor.deserialize(bad.bytes), { __type: 'SerializationException' })
  }
})

test('smithy-rpc-v2-cbor answers errors by their shape', async () => {
  const answer = await call({
    path: '/service/Kinesis_20131202/operation/Nope',
    service: 'kinesis',
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    body: cbor.serialize({}),
  })
  assert.equal(answer.status, 404)
  assert.equal(answer.headers['smithy-protocol'], 'rpc-v2-cbor')
  assert.deepEqual(cbor.deserialize(answer.bytes), { __type: 'UnknownOperationException' })
})

test('bad forms of awsQuery', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const send = (body: string) => call({ service: 'iam', headers: form, body })
  const missing = await send('Action=CreateUser&Version=2010-05-08')
  assert.equal(missing.status, 400)
  assert.match(
    missing.text,
    /<Code>ValidationError<\/Code><Message>1 validation error detected: Value null at 'userName'/,
  )
  const list = await send('Action=CreateUser&UserName=u&Tags.member.x.Key=k')
  assert.match(list.text, /<Code>MalformedInput<\/Code>/)
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html#API_GetUser_Errors
  const modelled = await send('Action=GetUser&UserName=x')
  assert.equal(modelled.status, 404)
  assert.equal(modelled.headers['content-type'], 'text/xml')
  assert.match(
    modelled.text,
    /^<ErrorResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><Error><Type>Sender<\/Type><Code>NoSuchEntity<\/Code><Message>The user with name x cannot be found.<\/Message><\/Error><RequestId>[\da-f-]{36}<\/RequestId><\/ErrorResponse>/,
  )
})

test('an awsQuery request without a signature is found by its version, and by GET', async () => {
  inputs.length = 0
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const unsigned = await call({
    headers: form,
    body: 'Action=CreateUser&Version=2010-05-08&UserName=u',
  })
  assert.equal(unsigned.status, 200)
  const get = await call({ method: 'GET', service: 'iam', path: '/?Action=CreateUser&UserName=g' })
  assert.equal(get.status, 200)
  assert.deepEqual(inputs, [{ UserName: 'u' }, { UserName: 'g' }])
})
