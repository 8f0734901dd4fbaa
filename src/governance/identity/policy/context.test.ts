import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConditionContext, fillVariables } from './context.ts'

const context = new ConditionContext()
  .set('aws:username', 'ann')
  .set('aws:PrincipalTag/team', 'a*b')
  .set('s3:prefix')

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
test('policy variables have their value, their default, or none', () => {
  const filled = (text: string) => fillVariables(text, context)
  const known = (text: string | undefined) => ({ text, known: true })
  assert.deepEqual(filled('home/${aws:username}/*'), known('home/ann/*'))
  assert.deepEqual(filled('home/${ AWS:UserName }/*'), known('home/ann/*'))
  assert.deepEqual(filled("home/${aws:username, 'nobody'}/*"), known('home/ann/*'))
  for (const absent of [
    "${s3:prefix,'none'}",
    "${ s3:prefix , 'none' }",
    "${s3:prefix,\n'none'\n}",
  ]) {
    assert.deepEqual(filled(absent), known('none'), absent)
  }
  assert.deepEqual(filled("${s3:prefix, ''}"), known(''))
  assert.deepEqual(filled('${s3:prefix}'), known(undefined))
  assert.deepEqual(filled("${unheard:of, 'x'}"), { text: 'x', known: false })
  assert.deepEqual(filled('${unheard:of}'), { text: undefined, known: false })
  // Wildcards of values, and those that are meant to be none, stand for themselves.
  const plain = filled('${aws:PrincipalTag/team}').text!
  assert.notEqual(plain, 'a*b')
  assert.equal(filled('a${*}b').text, plain)
  assert.deepEqual(filled('no variable'), known('no variable'))
  // What is no variable has no value.
  for (const wrong of ["${aws:username 'x'}", '${aws:username, x}', "${, 'x'}", '${}']) {
    assert.equal(filled(wrong).text, undefined, wrong)
  }
})

test('variables with a million spaces are read at once', () => {
  const spaces = ' '.repeat(1_000_000)
  assert.equal(fillVariables(`\${${spaces}aws:username${spaces}}`, context).text, 'ann')
  assert.equal(fillVariables(`\${s3:prefix${spaces},${spaces}'x'${spaces}}`, context).text, 'x')
  for (const wrong of [`${spaces}x y`, `a${spaces}b`, `a,${spaces}'x'${spaces}y`]) {
    assert.equal(fillVariables(`\${${wrong}}`, context).text, undefined)
  }
})
