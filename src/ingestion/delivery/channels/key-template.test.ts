import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileKeyTemplate, defaultKeyTemplate } from './key-template.ts'

const names = { channelName: 'my-channel', channelId: 'abc123def456', streamName: 'my-stream' }

/** https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-key-template.html */
test('a template becomes a prefix with times, and an extension', () => {
  const cases = [
    [
      '!{channel-name}/!{yyyy}/!{MM}/!{dd}/!{HH}/records!{extension}',
      'GZIP',
      'my-channel/!{timestamp:yyyy}/!{timestamp:MM}/!{timestamp:dd}/!{timestamp:HH}/records',
      '.gz',
    ],
    [
      'data/stream=!{stream-name}/!{yy}/!{HH}!{mm}!{extension:.json}',
      'UNCOMPRESSED',
      'data/stream=my-stream/!{timestamp:yy}/!{timestamp:HH}!{timestamp:mm}',
      '.json',
    ],
    ['!{channel-name}/!{channel-id}', 'UNCOMPRESSED', 'my-channel/abc123def456', ''],
    ["!-_'.*()/=x!{extension}", 'ZSTD', "!-_'.*()/=x", '.zst'],
    ['a!{extension}', 'UNCOMPRESSED', 'a', ''],
  ] as const
  for (const [template, compression, prefix, fileExtension] of cases) {
    assert.deepEqual(compileKeyTemplate(template, names, compression), { prefix, fileExtension })
  }
  assert.equal(compileKeyTemplate(defaultKeyTemplate, names, 'GZIP').fileExtension, '.gz')
})

test('what a template may not be is told', () => {
  const cases = [
    ['/data/!{channel-name}', /begin with/],
    ['data/../!{channel-name}', /\.\./],
    ['data/./x', /period/],
    ['data//x', /\/\//],
    ['!{channel-name}!{extension}/!{yyyy}', /at its end/],
    ['a!{extension}!{extension}', /at its end/],
    ['data/!{partition-id}', /partition-id/],
    ['data/!{timestamp:yyyy}', /timestamp:yyyy/],
    ['data/!{yyyy', /not closed/],
    ['data/{x}', /beside/],
    ['data/a:b', /beside/],
    ['data/!{extension:json}', /period/],
    ['data/!{extension:.J}', /period/],
    [`${'a'.repeat(987)}`, /986/],
    [`${'a'.repeat(984)}!{extension:.json}`, /986/],
  ] as const
  for (const [template, message] of cases) {
    assert.throws(() => compileKeyTemplate(template, names, 'UNCOMPRESSED'), message, template)
  }
  assert.throws(() => compileKeyTemplate('data/!{channel-name}', names, 'GZIP'), /extension/)
})
