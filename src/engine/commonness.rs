//! How common a few bytes in a row are in source code, texts and logs.
//!
//! A keyword is looked for by four of its bytes, and every place where those stand costs a look at the keyword. `turn`
//! stands in every file, `nsti` hardly anywhere: both lead to `turnstile`.
//!
//! All was counted over 40 MB of Rust, Python, C and JavaScript, `/usr/share` and a CI log.

use std::collections::HashMap;

/// One in how many places a byte stands at, by its lowest five bits: `a` is one in one, `b` one in two, `c` one in four.
const FIRST: &[u8; 32] = b"cffffegggefhffeffgeeefgghgghhgig";

/// The same of a byte behind another one: a row for each byte before.
#[rustfmt::skip]
const NEXT: [&[u8; 32]; 32] = [
    b"bfffgggggfhhgggffhgffghgijighfkh",
    b"fffefihfhfihdedjfidedgghhghjjiih",
    b"dffggegghefidggfgheffehhhfehhhgh",
    b"eehfgegiefheeghcgifgdghhhhhgikjf",
    b"defgfcggfegifggeghgfgfghhgghihhf",
    b"dfgfegfggggjefdhggdeeighfggiihif",
    b"deghgeeggdgjegedhhefffhhhghiihig",
    b"dffggdhffefjdgefgiefffiiiifhggif",
    b"edffgcfffdgigggeghffeghiihhhhijg",
    b"egfffgffiefiefcegigeejgkhkgfhgjh",
    b"bgheighiiedjihhffheghhhiijiiggkj",
    b"defghchffdfhfgfghigfggihiigfhgie",
    b"cefigdfhhddjehgehihfffijighjijkf",
    b"edfhgdhhhfhigegfdhefgfhhihhiiifg",
    b"degfeegegffhghfefggddfghhhhjiiif",
    b"eggfeifgigfffedeejdfffgfikikjkig",
    b"fehhhdhigfhieggeegdfeeggfegijiig",
    b"fgghhggiiggjfhfieeefedeeeefhjhhf",
    b"eegggdhggehhfffeegffffehhfghjihg",
    b"dgggidihfeggfhfffgfedfghhffhjhjf",
    b"degghdhhdehkghgegfefffhhgffiiihf",
    b"ggeggeggkfijefdhefddegfgfgfjkjij",
    b"gehhhdhiifhhgdfffgffdffgfgeikihg",
    b"eegggegiedgiggefffeeffffffeijiig",
    b"eggfgfghgfgjfffhdfffdeffffehihhf",
    b"dgghhghhgggjfdegdgfefgffgffiihhe",
    b"cgffhfghigfkghhgfeeeefhgiidjijmi",
    b"ehfgghigigbhhgghfhgfghiijjifffii",
    b"dfeffggfgffhggfdgjhefchhgkiheghg",
    b"ciejiiihgfcifihiiiiihkjlklifhcfj",
    b"chfhhhhgfgcjfhghhihhhijijjheefdi",
    b"hefefefggeihffffehedeffghiihjjje",
];

/// Words, by the binary logarithm of one in how many places they begin at. Pairs of bytes do not tell that `return` is
/// one.
#[rustfmt::skip]
const WORDS: &[(u32, &str)] = &[
    (10, "\
        the pub const self this type for name return and"),
    (11, "\
        get from error key test request let set not value define int string with new data mut use file path token \
        info code version core that impl class txt none"),
    (12, "\
        amd def size status debug windows sys node entry default openssl check comment sha level count options list \
        ssl case str com object msg function end match result item iso else struct all true cache done link void are \
        ptr npm assert ossl crate map length state syn err duration parse logger char cfg any start feature copy lib \
        bindgen index false text compiling pass len super clone max line main can will warn base add number asn ifla \
        warning some time bytes xml https has write hash ctx license stable"),
    (13, "\
        java config unused option import target package buffer layer only invoke null format description you acme \
        module wunused pulling attr regex span other method stream flags url param bool repr system letter read \
        deprecated when derive unicore mode output html long include json lang org quote field win message restored \
        val used ref input into serde formatter sub stack source expr range array integrity keyword var context next \
        try root but usize files group fmt ext bit out foundation user http vki event table header progress std \
        offset command args then unicode symbol must prefix see static init vec one libc require have ignore parent \
        urllib min doc dir which eslint find iterator first head create buf iter copyright push call tree inline \
        block may invalid element unsafe style returns hyper obj numpy current content django last rustls where \
        allow should log babel zap testify boto build non empty latin tokio parser free pytest protobuf react using \
        lodash webpack print grpc small viper response cobra make ctrl exports utf href more tag body optional spec \
        raise opts"),
    (14, "\
        client github property git software unsigned encoding values open color raw flag linux perl public keys \
        unwrap policy without pop arg general src local handle pattern enum process defined run install api byte \
        tokens internal attribute endif while store cert types pos script cmd names num full exception syntax dist \
        headers shift guid insert dll delete slice required example old filter date fetch bits access change \
        typename given template python same throw update callback was meta address metadata ident directory \
        whitespace socket lexer query mod load join remove after zstd global alloc valid func undefined lines visit \
        bio req variant timestamp operator append zero cmp support left partial env functions kind split net before \
        width than seq arch gnu action pod word note like also dict sync pointer point each section replace server \
        need diff sequence errors does information port idx mask integer kernel ffi extern glibcxx dev except \
        release dependencies queue items ret common found off verify there pkg pkcs close loc gyp under locale vim \
        edge right language timeout its tls single project contains tcl opt tail variable send now typedef search \
        res syscall typeof filename reserved flr don async private expected uint capital utils skip space inner lock \
        btrfs strict mem your www position session short macro tab distribution scripts unknown extension child cpan \
        matches reference library pre vendor proxy break auth display tuple foo marker character special channel \
        results just nodejs simple order connection shared part font these sign serialize cms certificate location \
        attrs always been memory here control rust"),
    (15, "\
        yield machine isinstance entries oid fields identifier provided bar packages collating chars security extra \
        capacity posix signature application dst literal because binary host ctypes box they features der title term \
        await lookup crypto continue addr mark platform top chunk since above argument resolve even signal namespace \
        commands otherwise unless params enable handler elem bin registry eval div unix boolean sort sec encode fwpm \
        menutrans loop instead region vector label arm console returned thread peer details cast stats purpose \
        supported pcwstr patch float specified exit audit lit equal blank modules llvm mapping already generic \
        compare typing family two uuid usage ppc protocol cannot arguments register escape commit indent form \
        following iterable constant exists resource second original targets stat properties groups punctuation \
        cyrillic ast algorithm added panic notice parts elif either help builtin changes union failure suffix tests \
        would alias stop pool reason available begin called program attributes window glob versions abort trust \
        instance documentation elements atomic lower netrw limit parsed scheme methods cipher requires hljs lite our \
        keep double scope reserve clear fail comp work save trait fixed words export rule ioctl builder move \
        freefunc failed prev want them bygroups conf math installed such standard ifndef custom cursor tap \
        constructor relative constexpr crl power frame mac hresult ascii usr pip decode strings back yes fix domain \
        document select missing traits layout docs both xslt interface util symbols allowed finish extensions \
        backend sqlite objects drop dot stale collate once emit job rsa safe connect whether basic dependency \
        deserialize model edit over future proc what web parameter page arabic convert generated specific dispid \
        terms enabled post about record legacy category workspace environment operation inc auto cur paths decoder \
        catch subset force endian cap reg owur rfc later subject merge cls apache possible modify got total winhttp \
        zip defaults country big pack ftp dest complete characters ink switch multiple unit pthread abi todo \
        repository compile way instring pygments definition configuration column chain graph image reset hex how \
        implementation proto ocsp provider disable bound cterm expression never tring show debian ipsec depth man \
        agent gui doesn contained docsrs children extend override pad named row ipa ikeext dfa additional remote \
        allocator warnings eap evp ess per too declare normal resolved flush device fill directly their exp ioc tags \
        below including cwd validate requirement pull exhaustive extract task parameters generate pkey dynamic \
        parsing created useful promise could ddress forward age pair nodes trace retry julia binding hasher apply \
        workspaces setting password descriptor scalar events dsa etc reader exact bold aarch absolute setup accept \
        checked typed prop being"),
];

/// All places, as many as are counted in.
const PLACES: u64 = 1 << 48;

/// How many words stand where, by three and by four of their letters in a row.
pub(super) struct Commonness(HashMap<&'static [u8], u64>);

impl Commonness {
    pub(super) fn of_words() -> Self {
        let mut grams = HashMap::new();
        for (rarity, words) in WORDS {
            for word in words.split_ascii_whitespace().map(str::as_bytes) {
                for gram in word.windows(3).chain(word.windows(4)) {
                    *grams.entry(gram).or_default() += PLACES >> rarity;
                }
            }
        }
        Self(grams)
    }

    /// At how many of [`PLACES`] these bytes stand, or others that are the same in their lowest five bits.
    pub(super) fn of(&self, bytes: &[u8]) -> u64 {
        let letters: Vec<u8> = bytes.iter().map(|byte| byte & 0x1f | 0x60).collect();
        let in_words = self.0.get(letters.as_slice()).copied().unwrap_or(0);
        in_words.max(PLACES >> rarity(bytes).min(48))
    }
}

/// The binary logarithm of one in how many places the bytes stand at, as far as pairs of bytes tell.
fn rarity(bytes: &[u8]) -> u32 {
    let class = |byte: u8| usize::from(byte & 0x1f);
    let first = bytes.first().map_or(0, |byte| FIRST[class(*byte)] - b'a');
    let next = |pair: &[u8]| u32::from(NEXT[class(pair[0])][class(pair[1])] - b'a');
    u32::from(first) + bytes.windows(2).map(next).sum::<u32>()
}
