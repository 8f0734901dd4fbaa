import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protobufs } from './protobuf.ts'

const three = (body: string) => `syntax = "proto3"; package shop; ${body}`
const two = (body: string) => `syntax = "proto2"; package shop; ${body}`

for (const [what, definition, problem] of [
  [
    'proto3 with what it has',
    three(
      `import "google/protobuf/timestamp.proto"; /* c */ message M { oneof x { int32 a = 1; string b = 2; } map<string, N> m = 3; repeated N n = 4; optional int32 q = 9; google.protobuf.Timestamp t = 5; reserved 7; message N { bytes z = 1; } enum E { A = 0; } E e = 6; }`,
    ),
    undefined,
  ],
  [
    'proto2',
    two('message M { required int32 a = 1; optional string b = 2 [default = "x"]; }'),
    undefined,
  ],
  [
    'a comment before the syntax',
    `// syntax = "proto2"\n${three('message M { int32 a = 1; }')}`,
    undefined,
  ],
  ['nothing', '', /no message/],
  ['no proto', '{"type":"record"}', /./],
  ['a number twice', three('message M { int32 a = 1; int32 b = 1; }'), /duplicate/],
  ['a field without a number', three('message M { int32 a = 0; }'), /no number/],
  ['a number of the library', three('message M { int32 a = 19500; }'), /no number/],
  ['a type that is not there', three('message M { Nothing a = 1; }'), /Nothing/],
  [
    'another file',
    three('import "other.proto"; message M { int32 a = 1; }'),
    /import other.proto is not supported/,
  ],
  ['required in proto3', three('message M { required int32 a = 1; }'), /required/],
  [
    'an enum that begins with one in proto3',
    three('enum E { A = 1; } message M { E e = 1; }'),
    /zero/,
  ],
  ['extensions', two('message M { extensions 100 to 200; }'), /extensions are not supported/],
  [
    'an extension',
    two('message M { optional int32 a = 1; } extend M { optional int32 e = 101; }'),
    /extensions are not supported/,
  ],
  [
    'groups',
    two('message M { optional group G = 3 { optional int32 z = 1; } }'),
    /groups are not supported/,
  ],
  ['editions', 'edition = "2023"; message M { int32 a = 1; }', /not supported/],
] as const) {
  test(`${what} ${problem ? 'is refused' : 'is a definition'}`, async () => {
    const told = await protobufs.check(definition)
    if (problem) assert.match(told ?? '', problem)
    else assert.equal(told, undefined)
  })
}

/** Written with the first, read with the second. https://protobuf.dev/programming-guides/proto3/#updating */
for (const [what, writer, reader, fits] of [
  [
    'a field more',
    three('message M { int32 a = 1; }'),
    three('message M { int32 a = 1; string b = 2; }'),
    true,
  ],
  [
    'a field less',
    three('message M { int32 a = 1; string b = 2; }'),
    three('message M { int32 a = 1; }'),
    true,
  ],
  ['another name', three('message M { int32 a = 1; }'), three('message M { int32 z = 1; }'), true],
  ['a wider type', three('message M { int32 a = 1; }'), three('message M { int64 a = 1; }'), true],
  [
    'a narrower type',
    three('message M { int64 a = 1; }'),
    three('message M { int32 a = 1; }'),
    false,
  ],
  [
    'another way of writing',
    three('message M { int32 a = 1; }'),
    three('message M { sint32 a = 1; }'),
    false,
  ],
  [
    'bytes for text',
    three('message M { string a = 1; }'),
    three('message M { bytes a = 1; }'),
    true,
  ],
  [
    'text for bytes',
    three('message M { bytes a = 1; }'),
    three('message M { string a = 1; }'),
    false,
  ],
  [
    'several for one',
    three('message M { int32 a = 1; }'),
    three('message M { repeated int32 a = 1; }'),
    true,
  ],
  [
    'one for several',
    three('message M { repeated int32 a = 1; }'),
    three('message M { int32 a = 1; }'),
    false,
  ],
  [
    'a message less',
    three('message M { int32 a = 1; } message N { int32 a = 1; }'),
    three('message M { int32 a = 1; }'),
    false,
  ],
  [
    'a message more',
    three('message M { int32 a = 1; }'),
    three('message M { int32 a = 1; message N { int32 a = 1; } }'),
    true,
  ],
  [
    'another package',
    three('message M { int32 a = 1; }'),
    'syntax = "proto3"; message M { int32 a = 1; }',
    false,
  ],
  [
    'a required field more',
    two('message M { optional int32 a = 1; }'),
    two('message M { optional int32 a = 1; required int32 b = 2; }'),
    false,
  ],
  ['a required field less', two('message M { required int32 a = 1; }'), two('message M { }'), true],
  [
    'no longer required',
    two('message M { required int32 a = 1; }'),
    two('message M { optional int32 a = 1; }'),
    true,
  ],
  [
    'required from now on',
    two('message M { optional int32 a = 1; }'),
    two('message M { required int32 a = 1; }'),
    false,
  ],
  [
    'one field into a new oneof',
    three('message M { int32 a = 1; int32 b = 2; }'),
    three('message M { oneof o { int32 a = 1; } int32 b = 2; }'),
    true,
  ],
  [
    'two fields into a oneof',
    three('message M { int32 a = 1; int32 b = 2; }'),
    three('message M { oneof o { int32 a = 1; int32 b = 2; } }'),
    false,
  ],
  [
    'a oneof that grows',
    three('message M { oneof o { int32 a = 1; int32 b = 2; } }'),
    three('message M { oneof o { int32 a = 1; int32 b = 2; int32 c = 3; } }'),
    true,
  ],
  [
    'optional in proto3',
    three('message M { int32 a = 1; int32 b = 2; }'),
    three('message M { optional int32 a = 1; optional int32 b = 2; }'),
    true,
  ],
  [
    'a map of other keys',
    three('message M { map<string, int32> m = 1; }'),
    three('message M { map<int32, int32> m = 1; }'),
    false,
  ],
  [
    'a message within that loses a type',
    three('message M { N n = 1; message N { int64 a = 1; } }'),
    three('message M { N n = 1; message N { string a = 1; } }'),
    false,
  ],
  [
    'a message that holds itself',
    three('message M { M m = 1; int32 a = 2; }'),
    three('message M { M m = 1; int64 a = 2; }'),
    true,
  ],
  [
    'an enum value less in proto3',
    three('enum E { A = 0; B = 1; } message M { E e = 1; }'),
    three('enum E { A = 0; } message M { E e = 1; }'),
    true,
  ],
  [
    'an enum value less in proto2',
    two('enum E { A = 0; B = 1; } message M { optional E e = 1; }'),
    two('enum E { A = 0; } message M { optional E e = 1; }'),
    false,
  ],
  [
    'numbers for an enum',
    three('enum E { A = 0; } message M { E e = 1; }'),
    three('message M { int32 e = 1; }'),
    true,
  ],
] as const) {
  test(`${what}: ${fits ? 'can be read' : 'cannot be read'}`, async () => {
    assert.equal(await protobufs.check(writer), undefined)
    assert.equal(await protobufs.check(reader), undefined)
    const problem = await protobufs.misfit(reader, writer)
    assert.equal(problem === undefined, fits, problem)
  })
}

test('white space, comments and the order of fields do not make another definition', async () => {
  const same = await protobufs.canonical(three('message M { int32 a = 1; string b = 2; }'))
  const other = three('\n// about\nmessage M {\n  string b = 2;\n  int32 a = 1; // a\n}')
  assert.equal(await protobufs.canonical(other), same)
  assert.notEqual(await protobufs.canonical(three('message M { int32 a = 1; }')), same)
})
