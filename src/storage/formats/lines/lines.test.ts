import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bufferSource } from '../byte-source.ts'
import { type Encoding, openFile } from '../decode.ts'
import type { FieldType, FieldValue } from '../field-type.ts'
import { compileGrok } from './grok.ts'
import { linesOf } from './lines.ts'

const text: FieldType = { kind: 'string' }

async function rows(
  content: string,
  encoding: Encoding,
  columns: Readonly<Record<string, FieldType>>,
): Promise<FieldValue[][]> {
  const file = await openFile(bufferSource(Buffer.from(content)), encoding)
  const fields = Object.entries(columns).map(([name, type]) => ({ name, type }))
  const found: FieldValue[][] = []
  for await (const batch of file.rows(fields)) {
    for (let row = 0; row < batch.rowCount; row++) {
      found.push(batch.columns.map((column) => column[row]!))
    }
  }
  return found
}

it('cuts text into lines as Hadoop does', () => {
  const lines = (content: string) => [...linesOf(bufferSource(Buffer.from(content)))]
  assert.deepEqual(lines('a\r\nb\rc\n\nlast'), ['a', 'b', 'c', '', 'last'])
  assert.deepEqual(lines('\ufeffa\n'), ['a'])
  const long = 'x'.repeat(1024 * 1024 - 1)
  assert.deepEqual(lines(`${long}\r\ny`), [long, 'y'])
})

// https://docs.aws.amazon.com/athena/latest/ug/regex-serde.html
describe('regular expressions', () => {
  const regex = (pattern: string): Encoding => ({
    kind: 'regex',
    pattern,
    ignoreCase: false,
    skipLines: 0,
  })

  it('a line that does not match is NULL, as is a group that is missing', async () => {
    const columns = { a: text, b: text, c: text }
    assert.deepEqual(await rows('x 1\nno\ny 2 more\n', regex('(\\w) (\\d)'), columns), [
      ['x', '1', null],
      [null, null, null],
      [null, null, null],
    ])
    assert.deepEqual(await rows('x', regex('(x)(y)?(z?)'), columns), [['x', null, '']])
  })

  it('groups beyond the columns are of no interest, and lines may be skipped', async () => {
    const encoding: Encoding = { ...regex('(.)(.)'), skipLines: 1, ignoreCase: true } as Encoding
    assert.deepEqual(await rows('head\nab\n', encoding, { a: text }), [['a']])
  })

  it('understands what Java does: possessive and atomic groups, quotes, intersections, flags', async () => {
    const one = async (pattern: string, line: string) =>
      (await rows(line, regex(pattern), { a: text }))[0]![0]
    assert.equal(await one('(?>a|ab)(c)', 'abc'), null)
    assert.equal(await one('(a++)b', 'aab'), 'aa')
    assert.equal(await one('\\Q[x]*\\E(.*)', '[x]*y'), 'y')
    assert.equal(await one('([a-z&&[^b]]+)', 'acd'), 'acd')
    assert.equal(await one('(?i)(abc)', 'ABC'), 'ABC')
    assert.equal(await one('(?:a|(ab))(?:c|bcd)d*', 'abcd'), null)
    assert.equal(await one('(\\d)', '\u0663'), null)
  })

  it('says what is wrong with a pattern', async () => {
    await assert.rejects(rows('x', regex('(a'), { a: text }), /not a regular expression/)
  })
})

describe('Grok', () => {
  // https://docs.aws.amazon.com/athena/latest/ug/grok-serde.html
  it("reads Athena's first example", async () => {
    const encoding: Encoding = {
      kind: 'grok',
      format: '%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:syslog_message}',
      customPatterns: 'POSTFIX_QUEUEID [0-9A-F]{7,12}',
      skipLines: 0,
    }
    const line =
      'Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]: B88C4120838: connect from unknown[192.168.55.4]'
    const columns = { syslogbase: text, queue_id: text, syslog_message: text, program: text }
    assert.deepEqual(await rows(`${line}\nnot a log\n`, encoding, columns), [
      [
        'Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]:',
        'B88C4120838',
        'connect from unknown[192.168.55.4]',
        'postfix/smtpd',
      ],
      [null, null, null, null],
    ])
  })

  it('knows what log lines are made of', () => {
    const fields = (format: string, line: string) => {
      const grok = compileGrok(format, '', undefined)
      const values = grok.match(line)
      return (
        values && Object.fromEntries(grok.fields.map(({ name }, index) => [name, values[index]]))
      )
    }
    const request =
      '192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif?x=1 HTTP/1.0" 200 2326'
    const common = {
      clientip: '192.0.2.7',
      ident: '-',
      auth: 'frank',
      timestamp: '10/Oct/2000:13:55:36 -0700',
      verb: 'GET',
      request: '/apache_pb.gif?x=1',
      httpversion: '1.0',
      rawrequest: null,
      response: '200',
      bytes: '2326',
    }
    assert.deepEqual(fields('%{COMMONAPACHELOG}', request), common)
    const combined = `${request} "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98)"`
    assert.deepEqual(fields('%{COMBINEDAPACHELOG}', combined), {
      ...common,
      referrer: '"http://www.example.com/start.html"',
      agent: '"Mozilla/4.08 [en] (Win98)"',
    })
    const one = (pattern: string, line: string) => fields(`^%{${pattern}:x}$`, line)?.['x']
    for (const ip of ['10.0.0.255', '::1', '2001:db8::8a2e:370:7334', '1:2:3:4:5:6:7:8']) {
      assert.equal(one('IP', ip), ip)
    }
    for (const not of ['256.1.1.1', '1.2.3', 'x']) assert.equal(one('IP', not), undefined)
    for (const time of [
      '2024-02-03T04:05:06.789Z',
      '2024-02-03 04:05',
      '2024-12-31T23:59:60+01:00',
    ])
      assert.equal(one('TIMESTAMP_ISO8601', time), time)
    assert.equal(one('UUID', '123e4567-e89b-12d3-a456-426614174000')?.length, 36)
    assert.equal(one('QUOTEDSTRING', '"a \\" b"'), '"a \\" b"')
    assert.equal(one('URI', 'https://a.example:8080/p/q?r=s'), 'https://a.example:8080/p/q?r=s')
    assert.equal(one('NUMBER', '-1.5'), '-1.5')
    assert.equal(one('LOGLEVEL', 'Warning'), 'Warning')
    assert.equal(one('MAC', '00-1A-2b-3c-4d-5e'), '00-1A-2b-3c-4d-5e')
  })

  it('tells the fields with their types, and what is not defined', () => {
    const { fields } = compileGrok('%{INT:a:int} %{WORD} %{NUMBER:b:double}', '', undefined)
    assert.deepEqual(fields, [
      { name: 'a', dataType: 'int' },
      { name: 'b', dataType: 'double' },
    ])
    assert.throws(() => compileGrok('%{NOPE:a}', '', undefined), /NOPE is not defined/)
    assert.throws(() => compileGrok('%{A}', 'A x%{A}', undefined), /too long or nested/)
  })
})

describe('delimited text', () => {
  const lazy: Encoding = {
    kind: 'lazy',
    separators: [',', ';', ':'],
    escape: '\\',
    nullText: '\\N',
    skipLines: 0,
  }

  it('splits nested values, each a separator deeper, and takes escapes away', async () => {
    const columns: Record<string, FieldType> = {
      a: text,
      list: { kind: 'list', element: text },
      map: { kind: 'map', key: text, value: text },
      row: {
        kind: 'struct',
        fields: [
          { name: 'x', type: text },
          { name: 'y', type: { kind: 'list', element: text } },
        ],
      },
    }
    assert.deepEqual(
      await rows('a\\,b,1;2\\;3,k:v;l:w:z,x;1:2\n\\N,\\N\nlast,,,\n', lazy, columns),
      [
        [
          'a,b',
          ['1', '2;3'],
          [
            ['k', 'v'],
            ['l', 'w:z'],
          ],
          ['x', ['1', '2']],
        ],
        [null, null, null, null],
        ['last', [], [], ['', null]],
      ],
    )
  })

  it('reads CSV as the library behind OpenCSVSerDe', async () => {
    const csv: Encoding = { kind: 'csv', separator: ',', quote: '"', escape: '\\', skipLines: 0 }
    const columns = { a: text, b: text, c: text }
    const cases: readonly (readonly [string, readonly (string | null)[]])[] = [
      ['a,b,c', ['a', 'b', 'c']],
      ['"a,1","b ""q""",', ['a,1', 'b "q"', '']],
      ['"a \\" b","c\\\\d",x\\y', ['a " b', 'c\\d', 'xy']],
      ['one', ['one', null, null]],
      ['abc"d"ef,g', ['abc"d"ef', 'g', null]],
      ['x,"open', ['x', null, null]],
    ]
    for (const [line, wanted] of cases) {
      assert.deepEqual(await rows(line, csv, columns), [wanted], line)
    }
  })
})

describe('XML', () => {
  const xml: Encoding = { kind: 'xml', rowTag: 'item' }

  it('makes a row of each element of a name, with its attributes and repeated parts', async () => {
    const content = `<?xml version="1.0"?><!DOCTYPE all><all xmlns:n="urn:n"><skip/>
      <item Id="7"><Name>A &amp; B</Name><tag>x</tag><tag>y</tag><price cur="EUR">1.5</price></item>
      <deep><item Id="8"><Name><![CDATA[<C>]]></Name><tag/></item></deep></all>`
    const columns: Record<string, FieldType> = {
      _id: text,
      name: text,
      tag: { kind: 'list', element: text },
      price: {
        kind: 'struct',
        fields: [
          { name: '_cur', type: text },
          { name: '_value', type: text },
        ],
      },
    }
    assert.deepEqual(await rows(content, xml, columns), [
      ['7', 'A & B', ['x', 'y'], ['EUR', '1.5']],
      ['8', '<C>', [null], null],
    ])
  })

  it('expands no entity of a document, and finds what is not XML', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "xxxx">]><a><item>&x;</item></a>'
    await assert.rejects(rows(bomb, xml, { item: text }), /not XML/)
    await assert.rejects(rows('<a><item></a>', xml, { item: text }), /not XML/)
    await assert.rejects(rows('<a><item>', xml, { item: text }), /not XML/)
  })
})
