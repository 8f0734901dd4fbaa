import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MalformedInput } from '../failure.ts'
import { parseXml } from './parse.ts'
import { escapeXml } from './write.ts'

test('elements, attributes, character data and references', () => {
  const root = parseXml(
    '\ufeff<?xml version="1.0"?>\n<!-- c --><s:R xmlns:s="u" a=\'1 &amp; 2\'><A> x &lt;&#38;&#x1F600; </A><B/><A><![CDATA[<raw>&amp;]]></A></s:R>\n',
  )
  assert.equal(root.name, 'R')
  assert.deepEqual({ ...root.attributes }, { 'xmlns:s': 'u', a: '1 & 2' })
  assert.deepEqual(
    root.children.map(({ name, text }) => [name, text]),
    [
      ['A', ' x <&😀 '],
      ['B', ''],
      ['A', '<raw>&amp;'],
    ],
  )
})

test('what is escaped is read back, control characters too', () => {
  const wild = `\u0001\t\n\r"'<>&]]>\u007f\u0085\u2028 ü 🎉`
  assert.equal(parseXml(`<a b="${escapeXml(wild)}">${escapeXml(wild)}</a>`).text, wild)
})

test('line ends are one character', () => {
  assert.equal(parseXml('<a>1\r\n2\r3\n</a>').text, '1\n2\n3\n')
})

for (const [why, text] of [
  ['nothing', ''],
  ['text alone', 'hello'],
  ['no end', '<a><b></b>'],
  ['crossed ends', '<a><b></a></b>'],
  ['two roots', '<a/><b/>'],
  ['text after the root', '<a/>x'],
  ['a document type', '<!DOCTYPE a><a/>'],
  ['an unknown entity', '<a>&nbsp;</a>'],
  ['an entity of the prototype', '<a>&constructor;</a>'],
  ['a reference beyond Unicode', '<a>&#x110000;</a>'],
  ['a bare ampersand', '<a>a & b</a>'],
  ['an attribute twice', '<a b="1" b="2"/>'],
  ['an attribute without quotes', '<a b=1/>'],
  ['a name that is none', '<1/>'],
  ['too deep', '<a>'.repeat(100) + '</a>'.repeat(100)],
] as const) {
  test(`refused: ${why}`, () => {
    assert.throws(() => parseXml(text), MalformedInput)
  })
}
