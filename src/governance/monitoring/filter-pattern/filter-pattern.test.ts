import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import { compileFilterPattern } from './index.ts'

// Examples of https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
const terms: readonly [pattern: string, message: string, matches: boolean][] = [
  ['', 'anything', true],
  ['ERROR', '[ERROR 400] BAD REQUEST', true],
  ['ERROR', '[error 400] bad request', false],
  ['ERROR ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', true],
  ['ERROR ARGUMENTS', '[ERROR 420] INVALID', false],
  ['?ERROR ?ARGUMENTS', '[ERROR 420] INVALID', true],
  ['?ERROR ?ARGUMENTS', 'fine', false],
  ['"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', true],
  ['"INTERNAL SERVER ERROR"', '[ERROR 500] SERVER INTERNAL ERROR', false],
  ['ERROR -ARGUMENTS', '[ERROR 401] UNAUTHORIZED', true],
  ['ERROR -ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', false],
  ['-"MISSING ARG"', '[ERROR 419] MISSING ARGUMENTS', false],
  ['"say \\"hi\\""', 'they say "hi" here', true],
]

const event = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '198.51.100.7',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  ThisFlag: true,
  n: 1e3,
  'a.b': 'dotted',
})

const selectors: readonly [pattern: string, matches: boolean][] = [
  ['{ $.eventType = "UpdateTrail" }', true],
  ['{ $.eventType = UpdateTrail }', true],
  ['{ $.eventType = "Update*" }', true],
  ['{ $.eventType = "*Trail" && $.n > 999 }', true],
  ['{ $.eventType = "Delete*" }', false],
  ['{ $.sourceIPAddress != 123.123.* }', true],
  ['{ $.arrayKey[0] = "value" }', true],
  ['{ $.arrayKey[1] = "value" }', false],
  ['{ $.arrayKey[7] NOT EXISTS }', true],
  ['{ $.objectList[1].id = 2 }', true],
  ['{ $.objectList[*].name = "b" }', true],
  ['{ $.SomeObject IS NULL }', true],
  ['{ $.SomeOtherObject NOT EXISTS }', true],
  ['{ $.ThisFlag IS TRUE }', true],
  ['{ $.ThisFlag IS FALSE }', false],
  ['{ $.n = 1000 }', true],
  ['{ $.n <= 999.5 }', false],
  ['{ $.n < 10 || ($.n >= 1e3 && $.eventType != "x") }', true],
  ['{ $.missing != "x" }', false],
  ['{ $["a.b"] = "dotted" }', true],
]

const wrong = [
  '"open',
  'a-b-c:d',
  '%ERR.*%',
  '[ip, user]',
  '{ $.a }',
  '{ $.a = }',
  '{ a = 1 }',
  '{ $.a = 1',
  '{ $.a = 1 } x',
  '{ $.a > "x" }',
  '{ $.a IS 3 }',
]

test('terms, alternatives, exclusions and phrases', () => {
  for (const [pattern, message, matches] of terms) {
    assert.equal(compileFilterPattern(pattern)(message), matches, `${pattern} on ${message}`)
  }
})

test('selectors of JSON', () => {
  for (const [pattern, matches] of selectors) {
    assert.equal(compileFilterPattern(pattern)(event), matches, pattern)
    assert.equal(compileFilterPattern(pattern)('not json'), false)
  }
})

test('what is not sound is refused', () => {
  for (const pattern of wrong) {
    assert.throws(
      () => compileFilterPattern(pattern),
      (error) => isLakeError(error, 'InvalidLogParameter'),
      pattern,
    )
  }
})
