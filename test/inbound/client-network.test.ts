import { describe, expect, it } from 'vitest';
import { clientNetwork } from '../../src/inbound/client-network.ts';

describe('The network of a browser', () => {
  it.each([
    ['203.0.113.24', '203.0.113.24'],
    ['::ffff:203.0.113.24', '203.0.113.24'],
    ['::FFFF:203.0.113.24', '203.0.113.24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['', ''],
    ['nonsense', 'nonsense'],
  ])('of %s is %s', (ip, network) => expect(clientNetwork(ip)).toBe(network));

  it('is the same for all of one /64, and another for the next', () => {
    expect(clientNetwork('2001:db8:1:2::1')).toBe(clientNetwork('2001:db8:1:2:ffff:ffff:ffff:ffff'));
    expect(clientNetwork('2001:db8:1:2::1')).not.toBe(clientNetwork('2001:db8:1:3::1'));
  });
});
