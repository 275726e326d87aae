//! git's deltas: a version as stretches of another and new bytes (gitformat-pack, "Deltified representation").

/// What is wrong with a delta.
pub(super) type Wrong = &'static str;

/// One instruction.
pub enum Op<'a> {
    /// A stretch of the base.
    Copy {
        /// Where it begins.
        from: usize,
        /// How long it is.
        length: usize,
    },
    /// New bytes.
    Insert(&'a [u8]),
}

/// The instructions of a delta.
pub struct Ops<'a> {
    bytes: &'a [u8],
    /// Bytes of the base.
    pub base: u64,
    /// Bytes of what is made.
    pub size: u64,
}

impl<'a> Ops<'a> {
    /// Reads the two lengths that a delta begins with.
    ///
    /// # Errors
    /// When they are cut short or beyond 63 bits.
    pub fn new(delta: &'a [u8]) -> Result<Self, Wrong> {
        let mut ops = Self { bytes: delta, base: 0, size: 0 };
        (ops.base, ops.size) = (ops.length()?, ops.length()?);
        Ok(ops)
    }

    fn byte(&mut self) -> Result<u8, Wrong> {
        let (first, rest) = self.bytes.split_first().ok_or("a delta ends in the middle")?;
        self.bytes = rest;
        Ok(*first)
    }

    /// Seven bits a byte, lowest first.
    fn length(&mut self) -> Result<u64, Wrong> {
        let mut length = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            length |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(length);
            }
        }
        Err("a delta of an impossible size")
    }

    /// The bytes of a number that `flags` say are there, lowest first.
    fn number(&mut self, flags: u8, bytes: u32) -> Result<usize, Wrong> {
        let mut number = 0;
        for i in 0..bytes {
            if flags >> i & 1 != 0 {
                number |= usize::from(self.byte()?) << (8 * i);
            }
        }
        Ok(number)
    }

    /// The next instruction; `None` at the end.
    ///
    /// # Errors
    /// One that is cut short, or that git does not know.
    pub fn next_op(&mut self) -> Result<Option<Op<'a>>, Wrong> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        match self.byte()? {
            0 => Err("a delta with an unknown instruction"),
            flags if flags & 0x80 != 0 => {
                let from = self.number(flags, 4)?;
                let length = match self.number(flags >> 4 & 7, 3)? {
                    0 => 0x10000,
                    length => length,
                };
                Ok(Some(Op::Copy { from, length }))
            }
            length => {
                let bytes = self.bytes.split_at_checked(usize::from(length));
                let (insert, rest) = bytes.ok_or("a delta ends in the middle")?;
                self.bytes = rest;
                Ok(Some(Op::Insert(insert)))
            }
        }
    }
}
