import { expect, test } from 'vitest';
import { chooseNetwork, overlap } from '../../../scripts/cluster/network.ts';

test('the first addresses that nothing here uses are taken', () => {
  expect(chooseNetwork([]).nodeAddress).toBe('10.250.0.2');
  expect(chooseNetwork(['10.250.0.0/24']).nodeAddress).toBe('10.250.1.2');
});

test('a wide route gives way, a full machine is told', () => {
  expect(chooseNetwork(['10.0.0.0/8', '10.251.0.0/24']).nodeAddress).toBe('10.250.1.2');
  expect(() => chooseNetwork(['10.252.0.0/16'])).toThrow(/is in use here/);
});

test.each([
  ['10.250.0.0/24', '10.250.0.77', true],
  ['10.250.0.0/24', '10.250.1.0/24', false],
  ['10.250.1.0/24', '10.250.0.0/16', true],
  ['10.250.1.0/24', '0.0.0.0/0', true],
  ['192.0.2.0/24', '10.250.0.0/24', false],
])('%s and %s share an address: %s', (one, other, shared) => {
  expect(overlap(one, other)).toBe(shared);
  expect(overlap(other, one)).toBe(shared);
});
