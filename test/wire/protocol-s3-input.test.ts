import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, inputs } from './protocol-gateway.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
test('bad XML is MalformedXML', async () => {
  const bodies = [
    'hello',
    '<Delete><Object>',
    '<Delete></Object></Delete>',
    '<Other><Object><Key>k</Key></Object></Other>',
    '<Delete><Object></Object></Delete>',
    '<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>',
    '<Delete><Quiet>maybe</Quiet><Object><Key>k</Key></Object></Delete>',
    '<!DOCTYPE d [<!ENTITY x "y">]><Delete><Object><Key>&x;</Key></Object></Delete>',
    '<Delete><Object><Key>&x;</Key></Object></Delete>',
    '<Delete/><Delete/>',
    '<a>'.repeat(1000),
  ]
  for (const body of bodies) {
    const answer = await call({ service: 's3', path: '/b?delete', body })
    assert.equal(answer.status, 400, body)
    assert.match(answer.text, /<Code>MalformedXML<\/Code>/, body)
  }
  const none = await call({ service: 's3', path: '/b?delete' })
  assert.match(none.text, /<Code>MissingRequestBodyError<\/Code>/)
})

test('an S3 error has all its elements, and both identifiers stand in the head too', async () => {
  const answer = await call({ service: 's3', method: 'GET', path: '/b?list-type=2&max-keys=many' })
  assert.equal(answer.status, 400)
  const requestId = answer.headers['x-amz-request-id']!
  assert.match(requestId, /^[0-9A-Z]{16}$/)
  assert.equal(answer.headers['content-type'], 'application/xml')
  assert.equal(
    answer.text,
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InvalidArgument</Code>' +
      '<Message>Provided max-keys not an integer or within integer range</Message>' +
      '<ArgumentName>max-keys</ArgumentName><ArgumentValue>many</ArgumentValue><Resource>/b</Resource>' +
      `<RequestId>${requestId}</RequestId><HostId>${answer.headers['x-amz-id-2']}</HostId></Error>`,
  )
})

test('an S3 answer to HEAD, and a 304, have no body', async () => {
  const head = await call({ service: 's3', method: 'HEAD', path: '/b/k' })
  assert.deepEqual([head.status, head.text], [404, ''])
  const unmodified = await call({ service: 's3', method: 'GET', path: '/b/k' })
  assert.deepEqual(
    [unmodified.status, unmodified.text, unmodified.headers['etag']],
    [304, '', '"x"'],
  )
})

test('an S3 sub-resource is never taken for the object itself', async () => {
  inputs.length = 0
  const part = await call({ service: 's3', method: 'PUT', path: '/b/k?partNumber=1', body: 'x' })
  assert.equal(part.status, 400)
  assert.match(part.text, /<Code>InvalidArgument<\/Code>/)
  const upload = await call({
    service: 's3',
    method: 'PUT',
    path: '/b/k?partNumber=1&uploadId=u',
    body: 'x',
  })
  assert.match(upload.text, /s3:UploadPart is not implemented/)
  const copy = await call({
    service: 's3',
    method: 'PUT',
    path: '/b/k',
    headers: { 'x-amz-copy-source': 'b/o' },
  })
  assert.match(copy.text, /s3:CopyObject is not implemented/)
  const patch = await call({ service: 's3', method: 'PATCH', path: '/b/k' })
  assert.equal(patch.status, 405)
  assert.deepEqual(inputs, [])
})

test('S3 buckets are found in the path and in the host, signed or not', async () => {
  inputs.length = 0
  const put = (path: string, host?: string) =>
    call({ method: 'PUT', path, headers: host ? { host } : {}, body: 'x' })
  await put('/b/a%20b/%C3%BC+')
  await put('/a/b', 'my.bucket.s3.us-east-1.amazonaws.com')
  await put('/a/b', 'bucket.s3.localhost:4566')
  await put('/a/b', 'bucket.localhost:4566')
  await put('/b//x/../y', 's3.localhost:4566')
  assert.deepEqual(
    inputs.map((input) => {
      const { Bucket, Key } = input as { Bucket: string; Key: string }
      return [Bucket, Key]
    }),
    [
      ['b', 'a b/ü+'],
      ['my.bucket', 'a/b'],
      ['bucket', 'a/b'],
      ['bucket', 'a/b'],
      ['b', '/x/../y'],
    ],
  )
  const bad = await put('/b/%E0%A4')
  assert.equal(bad.status, 400)
  assert.match(bad.text, /<Code>InvalidURI<\/Code>/)
})
