import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { misfitOf } from './json-containment.ts'
import type { JsonSchema } from './json-references.ts'
import { matches } from './name-patterns.ts'

const person = (more: object, closed = true) => ({
  type: 'object',
  properties: { name: { type: 'string' }, ...more },
  required: ['name'],
  additionalProperties: !closed,
})
const phone = { phone: { type: 'string' } }
const tree = (value: object) => ({
  definitions: {
    node: {
      type: 'object',
      properties: {
        value,
        left: { $ref: '#/definitions/node' },
        right: { $ref: '#/definitions/node' },
      },
      additionalProperties: false,
    },
  },
  $ref: '#/definitions/node',
})

/** Written with the first, read with the second: whether every document can be. */
const cases: readonly (readonly [string, JsonSchema, JsonSchema, boolean])[] = [
  ['the same', person(phone), person(phone), true],
  ['an optional member is added to a closed object', person({}), person(phone), true],
  ['an optional member leaves a closed object', person(phone), person({}), false],
  ['an optional member leaves, and the object opens', person(phone), person({}, false), true],
  // It may have been written as anything.
  ['an optional member is added to an open object', person({}, false), person(phone, false), false],
  [
    'a member becomes required',
    person(phone),
    { ...person(phone), required: ['name', 'phone'] },
    false,
  ],
  [
    'a member is no longer required',
    { ...person(phone), required: ['name', 'phone'] },
    person(phone),
    true,
  ],
  ['a type is wider', person({ n: { type: 'integer' } }), person({ n: { type: 'number' } }), true],
  [
    'a type is narrower',
    person({ n: { type: 'number' } }),
    person({ n: { type: 'integer' } }),
    false,
  ],
  [
    'one type of several',
    { type: ['string', 'null'] },
    { type: ['null', 'string', 'object'] },
    true,
  ],
  ['a type is gone', { type: ['string', 'null'] }, { type: 'string' }, false],
  ['a value is added', { enum: ['a', 'b'] }, { enum: ['b', 'a', 'c'] }, true],
  ['a value is gone', { enum: ['a', 'b'] }, { enum: ['a'] }, false],
  [
    'values of a type',
    { enum: ['a', 1] },
    { type: ['string', 'integer'], maxLength: 1, maximum: 1 },
    true,
  ],
  [
    'an object as a value',
    { const: { a: [1, 2] } },
    { type: 'object', properties: { a: { items: { type: 'integer' } } } },
    true,
  ],
  [
    'a wider range',
    { type: 'number', minimum: 1, maximum: 2 },
    { minimum: 0, exclusiveMaximum: 3 },
    true,
  ],
  ['a bound that opens', { type: 'number', minimum: 1 }, { exclusiveMinimum: 1 }, false],
  ['draft 4 bounds', { type: 'number', minimum: 1, exclusiveMinimum: true }, { minimum: 1 }, true],
  ['multiples', { type: 'number', multipleOf: 6 }, { multipleOf: 3 }, true],
  ['no multiples', { type: 'number', multipleOf: 3 }, { multipleOf: 6 }, false],
  ['lengths', { type: 'string', minLength: 2, maxLength: 3 }, { minLength: 1, maxLength: 3 }, true],
  ['a shorter length', { type: 'string' }, { maxLength: 3 }, false],
  ['a length that is not of its type', { type: 'number' }, { maxLength: 3 }, true],
  ['the same pattern', { type: 'string', pattern: '^a+$' }, { pattern: '^a+$' }, true],
  ['another pattern', { type: 'string', pattern: '^aa$' }, { pattern: '^a+$' }, false],
  ['items', { type: 'array', items: { type: 'integer' } }, { items: { type: 'number' } }, true],
  ['other items', { type: 'array' }, { items: { type: 'number' } }, false],
  [
    'a list of items',
    { type: 'array', items: [{ type: 'string' }], additionalItems: false },
    { items: { type: 'string' } },
    true,
  ],
  [
    'items beyond the list',
    { type: 'array', items: [{ type: 'string' }] },
    { items: { type: 'string' } },
    false,
  ],
  [
    'fewer items',
    { type: 'array', items: [{ type: 'string' }], maxItems: 1 },
    { items: { type: 'string' } },
    true,
  ],
  [
    'anyOf grows',
    { anyOf: [{ type: 'string' }] },
    { anyOf: [{ type: 'null' }, { type: 'string' }] },
    true,
  ],
  [
    'oneOf grows by what is apart',
    { oneOf: [{ type: 'string' }] },
    { oneOf: [{ type: 'null' }, { type: 'string' }] },
    true,
  ],
  [
    'oneOf grows by what is not',
    { type: 'string' },
    { oneOf: [{ type: 'string' }, { minLength: 2 }] },
    false,
  ],
  [
    'variants that tell themselves apart',
    {
      oneOf: [
        {
          type: 'object',
          properties: { kind: { const: 'a' }, x: { type: 'integer' } },
          required: ['kind'],
        },
      ],
    },
    {
      oneOf: [
        { type: 'object', properties: { kind: { const: 'a' } }, required: ['kind'] },
        { type: 'object', properties: { kind: { const: 'b' } }, required: ['kind'] },
      ],
    },
    true,
  ],
  ['allOf', { allOf: [{ type: 'integer' }, { minimum: 3 }] }, { type: 'number', minimum: 2 }, true],
  [
    'allOf of the reader',
    { type: 'integer', minimum: 3 },
    { allOf: [{ type: 'number' }, { minimum: 4 }] },
    false,
  ],
  ['not', { type: 'string' }, { not: { type: 'object' } }, true],
  ['not that', { type: 'string' }, { not: { minLength: 2 } }, false],
  ['a tree', tree({ type: 'integer' }), tree({ type: 'number' }), true],
  ['another tree', tree({ type: 'number' }), tree({ type: 'integer' }), false],
  ['nothing', false, { type: 'string' }, true],
  ['anything', true, { type: 'string' }, false],
  ['a schema that is only itself', { $ref: '#' }, { type: 'string' }, false],
  [
    'a condition that changes',
    { type: 'string' },
    { if: { minLength: 2 }, then: { maxLength: 3 } },
    false,
  ],
  [
    'names by a fixed beginning',
    {
      type: 'object',
      patternProperties: { '^x-': { type: 'integer' } },
      additionalProperties: false,
    },
    { patternProperties: { '^x-': { type: 'number' } } },
    true,
  ],
  [
    'a name that a pattern may mean',
    { type: 'object', properties: { 'x-a': { type: 'string' } }, additionalProperties: false },
    { patternProperties: { '^x-': { type: 'number' } } },
    false,
  ],
  ['a pattern that nobody runs', { const: `${'a'.repeat(60)}!` }, { pattern: '^(a+)+$' }, false],
]

for (const [what, writer, reader, fits] of cases) {
  test(`${what}: ${fits ? 'can be read' : 'cannot, or nobody can tell'}`, () => {
    const problem = misfitOf(writer, reader)
    assert.equal(problem === undefined, fits, problem)
  })
}

test('schemas that would take for ever are given up', () => {
  const definitions: Record<string, object> = {}
  for (let n = 0; n < 40; n += 1) {
    const next = { $ref: `#/definitions/d${n + 1}` }
    definitions[`d${n}`] = { anyOf: [next, next] }
  }
  const wide = { definitions: { ...definitions, d40: { type: 'null' } }, $ref: '#/definitions/d0' }
  for (const [writer, reader] of [
    [wide, { type: 'null' }],
    [{ type: 'string' }, wide],
  ] as const) {
    assert.match(misfitOf(writer, reader) ?? '', /too many cases|too long/)
  }
})

test('patterns of a fixed beginning, end or part are told, others not', () => {
  for (const [pattern, name, expected] of [
    ['^a', 'ab', true],
    ['^a', 'ba', false],
    ['b$', 'ab', true],
    ['^ab$', 'abc', false],
    ['b', 'abc', true],
    ['.*', 'x', true],
    ['[a-z]', 'x', undefined],
    ['^(a+)+$', 'a', undefined],
  ] as const) {
    assert.equal(matches(pattern, name), expected, pattern)
  }
})

/** Numbers that are the same in each run. */
function dice(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

test('of random schemas: what is said to be readable always is, by another implementation', () => {
  const roll = dice(7)
  const names = ['a', 'b', 'x-c']
  const pick = <T>(list: readonly T[]) => list[roll(list.length)]!
  const value = (depth: number): unknown => {
    const kind = roll(depth > 0 ? 7 : 5)
    if (kind < 2) return roll(6) / (kind + 1)
    if (kind === 2) return pick(['', 'a', 'bcd', 'x-c'])
    if (kind === 3) return pick([true, false, null])
    if (kind === 5) return Array.from({ length: roll(3) }, () => value(depth - 1))
    const shown = names.filter(() => roll(2) === 0)
    return Object.fromEntries(shown.map((name) => [name, depth > 0 ? value(depth - 1) : roll(3)]))
  }
  const schema = (depth: number): JsonSchema => {
    const sub = () => (depth > 0 ? schema(depth - 1) : roll(4) > 0)
    const keywords: (() => object)[] = [
      () => ({
        type: pick([
          'string',
          'integer',
          'number',
          'object',
          'array',
          ['null', 'string'],
          ['object', 'integer'],
        ]),
      }),
      () => ({ enum: [value(1), value(1), value(0)] }),
      () => ({ minimum: roll(4) }),
      () => ({ exclusiveMaximum: roll(5) }),
      () => ({ multipleOf: 1 + roll(2) }),
      () => ({ minLength: roll(3), maxLength: 1 + roll(3) }),
      () => ({ properties: { a: sub(), b: sub() } }),
      () => ({ properties: { 'x-c': sub() }, patternProperties: { '^x-': sub() } }),
      () => ({ required: [pick(names)] }),
      () => ({ additionalProperties: sub() }),
      () => ({ minProperties: roll(2), maxProperties: 1 + roll(3) }),
      () => ({ items: sub() }),
      () => ({ items: [sub(), sub()], additionalItems: sub() }),
      () => ({ minItems: roll(2), maxItems: 1 + roll(3), uniqueItems: roll(2) === 0 }),
      () => ({ anyOf: [sub(), sub()] }),
      () => ({ oneOf: [sub(), sub()] }),
      () => ({ allOf: [sub(), sub()] }),
      () => ({ not: sub() }),
    ]
    return Object.assign(
      {},
      ...Array.from({ length: 1 + roll(3) }, () => pick(keywords)()),
    ) as JsonSchema
  }
  const ajv = new Ajv({ strict: false, logger: false, validateSchema: false })
  const documents = Array.from({ length: 400 }, () => value(2))
  let readable = 0
  for (let round = 0; round < 400; round += 1) {
    const writer = schema(2)
    // Now and then one that is a bit wider: two at random hardly ever fit.
    const reader = round % 2 === 0 ? schema(2) : { anyOf: [writer, schema(1)] }
    if (misfitOf(writer, reader) !== undefined) continue
    readable += 1
    const [writes, reads] = [ajv.compile(writer), ajv.compile(reader)]
    for (const document of documents) {
      if (!writes(document)) continue
      const shown = () => JSON.stringify([writer, reader, document])
      if (!reads(document)) assert.fail(`this was said to be readable: ${shown()}`)
    }
  }
  assert.ok(readable > 60, `only ${readable} were`)
})
