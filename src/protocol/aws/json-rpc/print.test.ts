import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LeafKind, Member, Shape, StructureShape } from '../shape.ts'
import { jsonCodec } from './json.ts'

const member = (name: string, shape: Shape, jsonName?: string): Member => ({
  name,
  shape,
  ...(jsonName === undefined ? undefined : { jsonName }),
  required: false,
  idempotencyToken: false,
  streaming: false,
  eventStream: false,
  eventHeader: false,
  eventPayload: false,
  xmlFlattened: false,
  xmlAttribute: false,
})
const structure = (name: string, list: readonly Member[]): StructureShape => ({
  kind: 'structure',
  name,
  namespace: 'test',
  isUnion: false,
  members: list,
  byName: new Map(list.map((each) => [each.name, each])),
})
const leaf = (kind: LeafKind): Shape => ({ kind })
const listOf = (item: Shape, sparse = false): Shape => ({
  kind: 'list',
  name: 'List',
  item: member('member', item),
  sparse,
})

const inner = structure('Inner', [
  member('Blobs', listOf(leaf('blob'), true)),
  member('Texts', listOf(leaf('string'))),
])
const record = structure('Record', [
  member('SequenceNumber', leaf('string')),
  member('Time', leaf('timestamp')),
  member('Data', leaf('blob'), 'data "quoted"'),
  member('PartitionKey', leaf('string')),
  member('Weight', leaf('number')),
  member('Flag', leaf('boolean')),
  member('Any', leaf('document')),
  member('Inner', inner),
  member('Other', structure('Other', [member('Blob', leaf('blob'), 'ключ')])),
])
const page = structure('Page', [
  member('Records', listOf(record)),
  member('Next', leaf('string')),
  member('Behind', leaf('number')),
])

const textsAlike = [
  '',
  'key-1',
  '"',
  '\\',
  '\n',
  'ключ',
  '🙂',
  '\ud800',
  '\u2028',
  '<&>',
  '~ !',
  '\u007f',
]
const numbers = [0, -0, 1, -1.5, 1e21, 2 ** 53, Number.NaN, Infinity, 1e-7, 9_007_199_254_740_993n]

/** The same numbers in each run, so that a failure can be seen again. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function values(random: (below: number) => number) {
  const maybe = <V>(make: () => V): V | undefined | null =>
    random(8) === 0 ? (random(2) === 0 ? undefined : null) : make()
  const text = () => {
    const one = textsAlike[random(textsAlike.length)]!
    return random(6) === 0 ? one.repeat(random(400)) : `${one}${'x'.repeat(random(100))}`
  }
  const blob = () => {
    const bytes = Buffer.alloc(random(10) === 0 ? random(9000) : random(50))
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = random(256)
    return random(9) === 0 ? text() : bytes
  }
  const list = <V>(make: () => V, below: number) =>
    Array.from({ length: random(below) }, () => maybe(make))
  const makeRecord = () => ({
    SequenceNumber: maybe(text),
    Time: maybe(() => new Date(random(2 ** 31) * 991)),
    Data: maybe(blob),
    PartitionKey: maybe(text),
    Weight: maybe(() => numbers[random(numbers.length)]),
    Flag: maybe(() => random(2) === 0),
    Any: maybe(() => ({ a: [text(), null, 1.5], __proto__: null })),
    Inner: maybe(() => ({
      Blobs: maybe(() => list(blob, 4)),
      Texts: maybe(() => new Set(['a', text()])),
    })),
    Other: maybe(() => ({ Blob: maybe(blob) })),
    Unknown: 'not in the model',
  })
  return () => ({
    Records: maybe(() => (random(9) === 0 ? list(makeRecord, 5).values() : list(makeRecord, 30))),
    Next: maybe(text),
    Behind: maybe(() => random(1e6)),
  })
}

describe('JSON of blobs, written as bytes', () => {
  for (const flavour of ['name', 'jsonName'] as const) {
    it(`is what the general way prints, by ${flavour}`, () => {
      const printed = jsonCodec(flavour)
      const general = jsonCodec(flavour, { bytes: false })
      for (let seed = 1; seed <= 400; seed += 1) {
        // Made twice, since an iterator gives its elements once.
        const bytes = printed.encode(page, values(randomNumbers(seed))())
        const text = general.encode(page, values(randomNumbers(seed))())
        assert.ok(Buffer.isBuffer(bytes))
        assert.equal(typeof text, 'string')
        assert.ok(bytes.toString() === text, `seed ${seed} gives another text`)
      }
    })
  }

  it('refuses what the general way refuses, with the same words', () => {
    const wrong = [
      { Records: 5 },
      { Records: [5] },
      { Records: [{ Data: 5 }] },
      { Records: [{ SequenceNumber: 5 }] },
      { Records: [{ Time: 'now' }] },
      { Records: [{ Flag: 'yes' }] },
      { Records: [{ Weight: '1' }] },
      { Next: {} },
      [],
      null,
    ]
    const refusal = (bytes: boolean, value: unknown): string => {
      try {
        jsonCodec('name', { bytes }).encode(page, value)
      } catch (error) {
        assert.ok(error instanceof TypeError)
        return error.message
      }
      return assert.fail(`nothing was refused of ${JSON.stringify(value)}`)
    }
    for (const value of wrong) assert.equal(refusal(true, value), refusal(false, value))
  })

  it('is left to the general way where no list has blobs, and knows shapes that contain themselves', () => {
    const { encode } = jsonCodec('name')
    assert.equal(
      encode(structure('One', [member('Data', leaf('blob'))]), { Data: Buffer.from('a') }),
      '{"Data":"YQ=="}',
    )
    const members: Member[] = [member('Blobs', listOf(leaf('blob')))]
    const tree = structure('Tree', members)
    members.push(member('Child', tree), member('Children', listOf(tree)))
    const value = {
      Blobs: [Buffer.from('a')],
      Child: { Blobs: [] },
      Children: [{ Child: { Blobs: ['b'] } }],
    }
    assert.equal(
      encode(tree, value).toString(),
      jsonCodec('name', { bytes: false }).encode(tree, value),
    )
  })
})
