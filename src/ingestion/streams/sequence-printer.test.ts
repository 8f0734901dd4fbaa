import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SequenceNumbers, sequenceNumberDigits } from './sequence-number.ts'
import { SequencePrinter, printFour } from './sequence-printer.ts'

const page = Buffer.alloc(sequenceNumberDigits + 2, '.')
const view = new DataView(page.buffer, page.byteOffset, page.byteLength)

test('counting in decimal gives the numbers that big integers do', () => {
  for (const [number, createdAtMs, first] of [
    [3, 1_700_000_000_123, 1],
    [0, 0, 0],
    [0x7fff_ffff, 4_102_444_800_000, 2 ** 52],
    [77, 1_700_000_000_123, 8271],
    [5, 1_888_888_888_888, 99_999_990],
  ] as const) {
    const numbers = new SequenceNumbers({ number, createdAtMs })
    const printer = new SequencePrinter([{ numbers }])
    for (let sequence = first; sequence < first + 20_000; sequence += 1) {
      printer.print(0, sequence, view, 1)
      assert.equal(page.toString(), `.${numbers.of(BigInt(sequence))}.`)
    }
  }
})

test('any number can be printed after any other of any shard', () => {
  for (let time = 0; time < 2_000; time += 1) {
    const shards = Array.from({ length: 3 }, () => {
      const createdAtMs = Math.floor(Math.random() * 4e12)
      const number = Math.floor(Math.random() * 2 ** Math.floor(Math.random() * 32))
      return { numbers: new SequenceNumbers({ number, createdAtMs }) }
    })
    const printer = new SequencePrinter(shards)
    let sequence = Math.floor(Math.random() * 2 ** Math.floor(Math.random() * 53))
    for (let print = 0; print < 20; print += 1) {
      const place = Math.floor(Math.random() * 3)
      // Forward by little and by much, and back.
      const moved = Math.floor((Math.random() - 0.1) * 2 ** Math.floor(Math.random() * 40))
      sequence = Math.max(0, sequence + moved)
      printer.print(place, sequence, view, 1)
      const expected = shards[place]!.numbers.of(BigInt(sequence))
      assert.equal(page.toString(), `.${expected}.`, String(sequence))
    }
  }
})

test('what is no sequence is refused, and changes nothing', () => {
  const numbers = new SequenceNumbers({ number: 1, createdAtMs: 0 })
  const printer = new SequencePrinter([{ numbers }])
  const bad = [NaN, Infinity, -Infinity, -1, 0.5, 2 ** 53]
  for (const sequence of bad) assert.throws(() => printer.print(0, sequence, view, 1), RangeError)
  printer.print(0, 7, view, 1)
  for (const sequence of [...bad, 7.5]) {
    assert.throws(() => printer.print(0, sequence, view, 1), RangeError, String(sequence))
  }
  printer.print(0, 8, view, 1)
  assert.equal(page.toString(), `.${numbers.of(8n)}.`)
})

test('four digits have zeros before them', () => {
  for (let value = 0; value < 10_000; value += 1) {
    printFour(view, 1, value)
    assert.equal(page.toString('latin1', 1, 5), String(value).padStart(4, '0'))
  }
})
