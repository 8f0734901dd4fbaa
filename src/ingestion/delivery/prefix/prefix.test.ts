import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import { compileErrorPrefix, compilePrefix } from './prefix.ts'

// The examples of https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
const context = {
  timeMs: Date.UTC(2018, 7, 27, 10, 30, 5, 7),
  timeZone: 'UTC',
  randomString: (index: number) => (index === 1 ? '5abf82daaa5' : 'a0b1c2d3e4f'),
}
const failed = { ...context, errorOutputType: 'processing-failed' }

test('prefixes', () => {
  const cases: readonly [string | undefined, string][] = [
    [undefined, '2018/08/27/10/'],
    ['myPrefix/', 'myPrefix/2018/08/27/10/'],
    ['myPrefix-', 'myPrefix-2018/08/27/10/'],
    [
      'myFirehose/DeliveredYear=!{timestamp:yyyy}/anyMonth/rand=!{firehose:random-string}',
      'myFirehose/DeliveredYear=2018/anyMonth/rand=5abf82daaa5',
    ],
    ["d=!{timestamp:yyyy'-'MM'-'dd}/h=!{timestamp:HH}/", 'd=2018-08-27/h=10/'],
    [
      "!{timestamp:''yy.M.d_k:mm:ss.SSS EEE EEEE D Q a h}/",
      "'18.8.27_10:30:05.007 Mon Monday 239 3 AM 10/",
    ],
    [
      '!{firehose:random-string}/!{firehose:random-string}/',
      '5abf82daaa5/a0b1c2d3e4f/2018/08/27/10/',
    ],
  ]
  for (const [prefix, expected] of cases) assert.equal(compilePrefix(prefix)(context), expected)
  const tokyo = { ...context, timeZone: 'Asia/Tokyo' }
  assert.equal(compilePrefix(undefined)(tokyo), '2018/08/27/19/')
})

test('prefixes of errors', () => {
  const cases: readonly [string | undefined, string | undefined, string][] = [
    [undefined, undefined, 'processing-failed/2018/08/27/10/'],
    ['myPrefix/', undefined, 'myPrefix/processing-failed/2018/08/27/10/'],
    [
      '!{timestamp:yyyy}/',
      'failures/!{firehose:error-output-type}/!{timestamp:yyyy}/x/!{timestamp:dd}',
      'failures/processing-failed/2018/x/27',
    ],
    [undefined, 'failures/!{firehose:error-output-type}/', 'failures/processing-failed/'],
    [
      undefined,
      '!{firehose:error-output-type}/rand=!{firehose:random-string}',
      'processing-failed/rand=5abf82daaa5',
    ],
    [undefined, 'failures/', 'failures/processing-failed/2018/08/27/10/'],
  ]
  for (const [prefix, errorPrefix, expected] of cases) {
    assert.equal(compileErrorPrefix(prefix, errorPrefix)(failed), expected)
  }
})

test('a prefix that would leave no room for the name of an object is refused', () => {
  assert.equal(compilePrefix('\u{1F600}'.repeat(180))(context).length, 374)
  for (const compile of [compilePrefix, (text: string) => compileErrorPrefix(undefined, text)]) {
    assert.throws(() => compile('\u{1F600}'.repeat(200)), /longer than 764 bytes/)
    assert.throws(() => compile('a'.repeat(600)), /longer than 512 characters/)
  }
})

test('what AWS refuses', () => {
  const wrong: readonly [string | undefined, string | undefined, RegExp][] = [
    ['!{timestamp:yyyy}/', undefined, /cannot be null or empty when Prefix contains expressions/],
    ['!{timestamp:yyyy}/', '', /cannot be null or empty/],
    ['x', '!{timestamp:yyyy}/', /at least one instance of !\{firehose:error-output-type\}/],
    ['!{firehose:error-output-type}/', 'x/!{firehose:error-output-type}/', /Prefix cannot contain/],
    ['!{timestamp:yyyy', 'e', /no closing brace/],
    ['!{timestamp:pppp}', 'e', /not a supported timestamp pattern/],
    ['!{timestamp}', 'e', /needs a pattern/],
    ['!{other:x}', 'e', /unknown namespace/],
    ['!{firehose:x}', 'e', /not a valid expression/],
    ['!{partitionKeyFromQuery:}', 'e', /needs the name of a key/],
    ['x', '!{firehose:error-output-type}/!{partitionKeyFromQuery:a}', /ErrorOutputPrefix cannot/],
    ['x'.repeat(500), undefined, /longer than 512/],
  ]
  for (const [prefix, errorPrefix, pattern] of wrong) {
    assert.throws(
      () => {
        compileErrorPrefix(prefix, errorPrefix)
        compilePrefix(prefix)
      },
      (error: unknown) => isLakeError(error, 'InvalidDelivery') && pattern.test(error.message),
      `${prefix} and ${errorPrefix}`,
    )
  }
})
