//! Packet captures, pcap and pcapng: what was sent, one member for each direction of a connection.
//!
//! A secret that two packets share is whole in the stream. Segments that were sent twice are dropped; ones out of order
//! stand in the order of the capture. What is neither TCP nor UDP comes as it is.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::collections::BTreeMap;

use super::input::Input;
use super::visit::{AFTER, Visit};
use super::{Body, Budget, Container, Fault, Members};
use crate::model::GapKind;

/// Packet captures.
pub(super) struct Pcap;

const OTHER: &[u8] = b"(other packets)";

/// Bytes of streams that are held before they are given; a longer capture gives the same stream several times.
const HELD: u64 = 32 << 20;

/// Bytes of the largest packet.
const PACKET: usize = 256 << 10;

/// How numbers are written.
type Number = fn([u8; 4]) -> u32;

/// The order of bytes in a file that begins with `head`.
fn order(head: &[u8]) -> Option<Number> {
    match head {
        [0xA1, 0xB2, 0xC3, 0xD4, 0, 2, ..] | [0xA1, 0xB2, 0x3C, 0x4D, 0, 2, ..] => Some(u32::from_be_bytes),
        [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, ..] | [0x4D, 0x3C, 0xB2, 0xA1, 2, 0, ..] => Some(u32::from_le_bytes),
        _ => None,
    }
}

/// The order of bytes in a section of pcapng.
fn section(head: &[u8]) -> Option<Number> {
    match (head.get(..4)?, head.get(8..12)?) {
        ([0x0A, 0x0D, 0x0D, 0x0A], [0x1A, 0x2B, 0x3C, 0x4D]) => Some(u32::from_be_bytes),
        ([0x0A, 0x0D, 0x0D, 0x0A], [0x4D, 0x3C, 0x2B, 0x1A]) => Some(u32::from_le_bytes),
        _ => None,
    }
}

impl Container for Pcap {
    fn name(&self) -> &'static str {
        "pcap"
    }

    fn embeds(&self, _: &[u8]) -> bool {
        false
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        order(head).is_some() || section(head).is_some()
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(visit) = Visit::enter(budget, members) else { return };
        let mut walk = Walk { input: Input::new(body), visit, links: Vec::new(), flows: BTreeMap::new(), held: 0 };
        let read = match (order(walk.input.peek(6)), section(walk.input.peek(12))) {
            (Some(number), _) => walk.classic(number),
            (_, Some(number)) => walk.blocks(number),
            _ => Err(Fault::new(GapKind::Corrupt, "pcap: the header is corrupt")),
        };
        if !walk.flush() {
            return;
        }
        if let Err(fault) = read {
            if !walk.input.peek(1).is_empty() && walk.visit.count(AFTER) && !walk.visit.give(AFTER, &mut walk.input) {
                return;
            }
            walk.visit.gap(b"", &fault, 0);
        }
    }
}

/// One direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Flow {
    tcp: bool,
    from: (IpAddr, u16),
    to: (IpAddr, u16),
}

/// What was sent, and the number of the next byte.
#[derive(Default)]
struct Sent {
    bytes: Vec<u8>,
    next: Option<u32>,
}

impl Sent {
    /// How much of `payload`, which begins `again` bytes before the next number, was sent before. Bytes of the same
    /// number that say something else are new.
    fn twice(&self, again: usize, payload: &[u8]) -> usize {
        let former = self.bytes.len().checked_sub(again).and_then(|at| self.bytes.get(at..)).unwrap_or_default();
        let length = former.len().min(payload.len());
        if former[..length] == payload[..length] { length } else { 0 }
    }
}

struct Walk<'a, 'v> {
    input: Input<'a>,
    visit: Visit<'v>,
    /// By interface: the kind of its packets.
    links: Vec<u32>,
    flows: BTreeMap<Option<Flow>, Sent>,
    held: u64,
}

impl Walk<'_, '_> {
    fn classic(&mut self, number: Number) -> Result<(), Fault> {
        let (head, n) = self.input.head::<24>();
        if n < 24 {
            return Err(self.input.short("pcap: the header"));
        }
        let link = number([head[20], head[21], head[22], head[23]]) & 0xFFFF;
        self.input.skip(24);
        loop {
            let (head, n) = self.input.head::<16>();
            if n == 0 && self.input.broken().is_none() {
                return Ok(());
            }
            if n < 16 {
                return Err(self.input.short("pcap: a packet's header"));
            }
            let length = number([head[8], head[9], head[10], head[11]]) as usize;
            if length > PACKET {
                return Err(self.corrupt("a packet's length"));
            }
            self.input.skip(16);
            let packet = self.take(length, "pcap: a packet")?;
            if !self.packet(link, &packet) {
                return Ok(());
            }
        }
    }

    fn blocks(&mut self, mut number: Number) -> Result<(), Fault> {
        loop {
            let (head, n) = self.input.head::<12>();
            if n == 0 && self.input.broken().is_none() {
                return Ok(());
            }
            if n < 12 {
                return Err(self.input.short("pcap: a block's header"));
            }
            if let Some(new) = section(&head) {
                number = new;
                self.links.clear();
            }
            let word = |at: usize| number([head[at], head[at + 1], head[at + 2], head[at + 3]]);
            let (kind, length) = (word(0), word(4) as usize);
            if !(12..=PACKET + 4096).contains(&length) || length % 4 != 0 {
                return Err(self.corrupt("a block's length"));
            }
            let block = self.take(length, "pcap: a block")?;
            if !self.block(kind, &block[8..length - 4], number) {
                return Ok(());
            }
        }
    }

    /// One block of pcapng; whether to go on. Options and names come with the other packets.
    fn block(&mut self, kind: u32, body: &[u8], number: Number) -> bool {
        let word = |at: usize| body.get(at..at + 4).and_then(|b| b.first_chunk::<4>()).map_or(0, |b| number(*b));
        match kind {
            1 => {
                let link = if number([1, 0, 0, 0]) == 1 { word(0) & 0xFFFF } else { word(0) >> 16 };
                self.links.push(link);
                self.add(None, None, body.get(8..).unwrap_or_default())
            }
            3 => {
                let link = self.links.first().copied().unwrap_or(u32::MAX);
                self.packet(link, body.get(4..).unwrap_or_default())
            }
            6 => {
                let link = self.links.get(word(0) as usize).copied().unwrap_or(u32::MAX);
                let data = body.get(20..).unwrap_or_default();
                let (packet, options) = data.split_at((word(12) as usize).min(data.len()));
                self.packet(link, packet) && self.add(None, None, options)
            }
            _ => self.add(None, None, body),
        }
    }

    fn take(&mut self, length: usize, what: &str) -> Result<Vec<u8>, Fault> {
        let mut packet = Vec::with_capacity(length);
        while packet.len() < length {
            let ahead = self.input.peek(1);
            let n = ahead.len().min(length - packet.len());
            packet.extend_from_slice(&ahead[..n]);
            self.input.skip(n as u64);
            if n == 0 {
                // What there is of the last packet is content.
                self.add(None, None, &packet);
                return Err(self.input.short(what));
            }
        }
        Ok(packet)
    }

    fn corrupt(&self, what: &str) -> Fault {
        let at = self.input.offset();
        Fault::new(
            GapKind::Corrupt,
            format!("pcap: {what} at offset {at} is corrupt; what follows is read as plain bytes"),
        )
    }

    fn packet(&mut self, link: u32, packet: &[u8]) -> bool {
        match network(link, packet).and_then(transport) {
            Some((flow, number, payload)) => {
                // Behind what the headers tell of. A frame is filled with zeros, and may end in a checksum.
                let behind = behind(packet, payload);
                let beside = behind.len() <= CHECKSUM || behind.iter().all(|byte| *byte == 0);
                self.add(Some(flow), number, payload) && (beside || self.add(None, None, behind))
            }
            None => self.add(None, None, packet),
        }
    }

    /// Adds what was sent; whether to go on.
    fn add(&mut self, flow: Option<Flow>, number: Option<u32>, payload: &[u8]) -> bool {
        if payload.is_empty() {
            return true;
        }
        let sent = self.flows.entry(flow).or_default();
        let before = sent.bytes.len();
        match number {
            Some(number) => {
                let again = sent.next.map_or(0, |next| next.wrapping_sub(number));
                let again = if again < 1 << 30 { again as usize } else { 0 };
                sent.bytes.extend_from_slice(&payload[sent.twice(again, payload)..]);
                if again <= payload.len() {
                    sent.next = Some(number.wrapping_add(payload.len() as u32));
                }
            }
            None => {
                sent.bytes.extend_from_slice(payload);
                sent.bytes.push(b'\n');
            }
        }
        self.held += (sent.bytes.len() - before) as u64 + 64;
        self.held < HELD || self.flush()
    }

    /// Gives what was gathered; whether to go on.
    fn flush(&mut self) -> bool {
        self.held = 0;
        for (flow, sent) in std::mem::take(&mut self.flows) {
            let name = flow.map_or(OTHER.to_vec(), |flow| flow.name());
            if !self.visit.count(&name) || !self.visit.give(&name, &mut sent.bytes.as_slice()) {
                return false;
            }
        }
        true
    }
}

impl Flow {
    fn name(&self) -> Vec<u8> {
        let end = |(address, port): (IpAddr, u16)| core::net::SocketAddr::new(address, port);
        let protocol = if self.tcp { "tcp" } else { "udp" };
        format!("{protocol} {} > {}", end(self.from), end(self.to)).into_bytes()
    }
}

/// Bytes of the checksum behind a frame.
const CHECKSUM: usize = 4;

/// What stands in a packet behind its payload, which is a part of it.
fn behind<'p>(packet: &'p [u8], payload: &[u8]) -> &'p [u8] {
    let end = payload.as_ptr_range().end as usize - packet.as_ptr() as usize;
    packet.get(end..).unwrap_or_default()
}

/// The packet of the network layer in a frame of this kind (tcpdump.org/linktypes.html).
fn network(link: u32, frame: &[u8]) -> Option<&[u8]> {
    match link {
        0 | 108 => frame.get(4..),
        1 => {
            let mut at = 12;
            while matches!(frame.get(at..at + 2)?, [0x81, 0] | [0x88, 0xA8]) {
                at += 4;
            }
            matches!(frame.get(at..at + 2)?, [8, 0] | [0x86, 0xDD]).then(|| frame.get(at + 2..))?
        }
        12 | 14 | 101 | 228 | 229 => Some(frame),
        113 => frame.get(16..),
        276 => frame.get(20..),
        _ => None,
    }
}

/// Direction, number of the first byte, and payload.
fn transport(packet: &[u8]) -> Option<(Flow, Option<u32>, &[u8])> {
    let (protocol, from, to, data) = match packet.first()? >> 4 {
        4 => {
            let header = usize::from(packet[0] & 15) * 4;
            let total = usize::from(u16::from_be_bytes([*packet.get(2)?, *packet.get(3)?]));
            // A later fragment has no header; captures of offloaded sends tell no length.
            let whole = packet.get(6)? & 0x1F == 0 && *packet.get(7)? == 0;
            let end = if total == 0 { packet.len() } else { total.min(packet.len()) };
            let address = |at: usize| Some(IpAddr::V4(Ipv4Addr::from(*packet.get(at..)?.first_chunk::<4>()?)));
            (*packet.get(9).filter(|_| whole)?, address(12)?, address(16)?, packet.get(header.max(20)..end)?)
        }
        6 => {
            let length = usize::from(u16::from_be_bytes([*packet.get(4)?, *packet.get(5)?]));
            let end = if length == 0 { packet.len() } else { (40 + length).min(packet.len()) };
            let address = |at: usize| Some(IpAddr::V6(Ipv6Addr::from(*packet.get(at..)?.first_chunk::<16>()?)));
            (*packet.get(6)?, address(8)?, address(24)?, packet.get(40..end)?)
        }
        _ => return None,
    };
    let port = |at: usize| Some(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?]));
    let flow = Flow { tcp: protocol == 6, from: (from, port(0)?), to: (to, port(2)?) };
    match protocol {
        6 => {
            let number = u32::from_be_bytes(*data.get(4..)?.first_chunk::<4>()?);
            // The first byte after a SYN has the next number.
            let syn = u32::from(*data.get(13)? >> 1 & 1);
            Some((flow, Some(number.wrapping_add(syn)), data.get(usize::from(data.get(12)? >> 4) * 4..)?))
        }
        17 => Some((flow, None, data.get(8..)?)),
        _ => None,
    }
}
