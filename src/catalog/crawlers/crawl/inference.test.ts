import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inferCsv } from './csv.ts'
import { fromDuckdbType } from './duckdb-type.ts'
import { formatType } from './hive-type.ts'
import { inferJson } from './json.ts'

describe('the schema of JSON', () => {
  const shape = (text: string, complete = true) => {
    const { fields, records } = inferJson(text, complete)
    return [
      records,
      Object.fromEntries([...fields].map(([name, type]) => [name, formatType(type)])),
    ]
  }

  it('widens numbers, keeps what is nested, and takes null for string', () => {
    assert.deepEqual(shape('{"a":1,"n":null}\n{"a":3000000000}\n{"a":1.0,"s":"x"}'), [
      3,
      { a: 'double', n: 'string', s: 'string' },
    ])
    assert.deepEqual(shape('{"a":9007199254740993}'), [1, { a: 'bigint' }])
    assert.deepEqual(shape('{"a":[],"b":[1,"x"],"c":{},"d":{"Case":true}}'), [
      1,
      { a: 'array<string>', b: 'array<string>', c: 'string', d: 'struct<Case:boolean>' },
    ])
  })

  it('reads objects in a row, in an array, with brackets in texts', () => {
    assert.deepEqual(shape('{"a":"}{"}{"a":"\\"["}'), [2, { a: 'string' }])
    assert.deepEqual(shape('[{"a":1},\n {"b":{"c":[1]}}]'), [
      2,
      { a: 'int', b: 'struct<c:array<int>>' },
    ])
  })

  it('takes a cut head, but no file that ends within an object', () => {
    assert.deepEqual(shape('{"a":1}\n{"a":', false), [1, { a: 'int' }])
    assert.throws(() => shape('{"a":1}\n{"a":'), /ends within/)
    assert.throws(() => shape('{"a":tru}'), /record 1 is not valid JSON/)
    assert.throws(() => shape('}'), /closing/)
  })
})

describe('the schema of CSV', () => {
  const shape = (text: string) => {
    const found = inferCsv(text, true)
    return (
      found && [
        found.form.delimiter,
        found.form.hasHeader,
        found.columns.map((column) => `${column.name}:${formatType(column.type)}`).join(),
      ]
    )
  }

  it('finds the delimiter, the header and the types', () => {
    assert.deepEqual(shape('Id,Name\n1,a\n2,b\n'), [',', true, 'id:bigint,name:string'])
    assert.deepEqual(shape('1|2.5\n2|3\n'), ['|', false, 'col0:bigint,col1:double'])
    assert.deepEqual(shape('"a,b","1"\n"x ""y""","2"'), [',', false, 'col0:string,col1:bigint'])
  })

  it('takes no text for CSV that has one column or ragged lines', () => {
    assert.equal(shape('a\nb\n'), undefined)
    assert.equal(shape('a,b\nc\n'), undefined)
  })
})

describe('types of the engine', () => {
  const cases: [string, string][] = [
    ['INTEGER', 'int'],
    ['DECIMAL(18,3)', 'decimal(18,3)'],
    ['VARCHAR[]', 'array<string>'],
    [
      'STRUCT(a INTEGER, "b c" STRUCT(x DOUBLE[])[])',
      'struct<a:int,b c:array<struct<x:array<double>>>>',
    ],
    ['MAP(VARCHAR, DECIMAL(9,2))', 'map<string,decimal(9,2)>'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
    ['UBIGINT', 'decimal(20,0)'],
    ['BLOB', 'binary'],
  ]
  for (const [type, expected] of cases) {
    it(type, () => assert.equal(formatType(fromDuckdbType(type)), expected))
  }
})
