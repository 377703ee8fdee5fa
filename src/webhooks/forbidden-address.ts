import { BlockList, isIP } from 'node:net';

/** This network, private, shared, loopback, link-local, assignments, documentation, relays, benchmarks, multicast, reserved. */
const FORBIDDEN_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** All that is routed on the internet. What embeds IPv4 addresses (mapped, compatible, NAT64) lies outside. */
const ALLOWED_IPV6 = ['2000::/3'];

/** Protocol assignments with Teredo, documentation, 6to4, documentation. */
const FORBIDDEN_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const listOf = (family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits] = subnet.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
};

// A list for each family: in one of both, addresses of IPv6 that embed one of IPv4 would be held against both.
const forbiddenIpv4 = listOf('ipv4', FORBIDDEN_IPV4);
const allowedIpv6 = listOf('ipv6', ALLOWED_IPV6);
const forbiddenIpv6 = listOf('ipv6', FORBIDDEN_IPV6);

/** Whether a request on behalf of a tenant may not go there. So is all that is no address, or has a zone. */
export const isForbiddenAddress = (address: string): boolean => {
  if (address.includes('%')) return true;
  switch (isIP(address)) {
    case 4:
      return forbiddenIpv4.check(address, 'ipv4');
    case 6:
      return !allowedIpv6.check(address, 'ipv6') || forbiddenIpv6.check(address, 'ipv6');
    default:
      return true;
  }
};
