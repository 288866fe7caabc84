--
-- PostgreSQL database dump
--

\restrict LgOge9ATAaDa2IltyzKb8gcTniW2zKZyJkHThv9a3QwiucqJzXQPSw1YFhZ35iM

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: registry; Type: DATABASE; Schema: -; Owner: registry_owner
--

CREATE DATABASE registry WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8';


ALTER DATABASE registry OWNER TO registry_owner;

\unrestrict LgOge9ATAaDa2IltyzKb8gcTniW2zKZyJkHThv9a3QwiucqJzXQPSw1YFhZ35iM
\connect registry
\restrict LgOge9ATAaDa2IltyzKb8gcTniW2zKZyJkHThv9a3QwiucqJzXQPSw1YFhZ35iM

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: timeline_1; Type: SCHEMA; Schema: -; Owner: registry
--

CREATE SCHEMA timeline_1;


ALTER SCHEMA timeline_1 OWNER TO registry;

--
-- Name: hold_key(bigint); Type: FUNCTION; Schema: public; Owner: registry_owner
--

CREATE FUNCTION public.hold_key(lock bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(lock) THEN
        RAISE EXCEPTION 'the same command is still running' USING ERRCODE = 'DM409';
    END IF;
    RETURN true;
END $$;


ALTER FUNCTION public.hold_key(lock bigint) OWNER TO registry_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: audit; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.audit (
    entry_id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    caller text NOT NULL,
    office text NOT NULL,
    action text NOT NULL,
    evidence uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    numbers text[] DEFAULT '{}'::text[] NOT NULL,
    detail text DEFAULT '{}'::text NOT NULL,
    correlation uuid NOT NULL
);


ALTER TABLE public.audit OWNER TO registry_owner;

--
-- Name: audit_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: registry_owner
--

ALTER TABLE public.audit ALTER COLUMN entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: builds; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.builds (
    projection text NOT NULL,
    build integer NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    live_at timestamp with time zone,
    CONSTRAINT builds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'retired'::text])))
);


ALTER TABLE public.builds OWNER TO registry_owner;

--
-- Name: dead_letters; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.dead_letters (
    reader text NOT NULL,
    build integer NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    at_offset bigint NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    buried_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT dead_letters_reason_check CHECK ((reason = ANY (ARRAY['poison'::text, 'unknown_type'::text])))
);


ALTER TABLE public.dead_letters OWNER TO registry_owner;

--
-- Name: discarded_letters; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.discarded_letters (
    reader text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    discarded_by text NOT NULL,
    discarded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.discarded_letters OWNER TO registry_owner;

--
-- Name: events; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.events (
    "position" bigint NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    event_id uuid NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    appended_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    facts text NOT NULL,
    person text,
    handles text DEFAULT '[]'::text NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    traceparent text,
    CONSTRAINT events_version_check CHECK ((version > 0))
);


ALTER TABLE public.events OWNER TO registry_owner;

--
-- Name: events_position_seq; Type: SEQUENCE; Schema: public; Owner: registry_owner
--

ALTER TABLE public.events ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: idempotency; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status smallint NOT NULL,
    outcome text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.idempotency OWNER TO registry_owner;

--
-- Name: migrations; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.migrations (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.migrations OWNER TO registry_owner;

--
-- Name: minted; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.minted (
    number text NOT NULL,
    node uuid NOT NULL
);


ALTER TABLE public.minted OWNER TO registry_owner;

--
-- Name: offsets; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.offsets (
    reader text NOT NULL,
    build integer NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    incarnation integer DEFAULT 0 NOT NULL,
    next_offset bigint DEFAULT 0 NOT NULL,
    last_id uuid
);


ALTER TABLE public.offsets OWNER TO registry_owner;

--
-- Name: relays; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.relays (
    outlet text NOT NULL,
    topic text NOT NULL,
    incarnation integer DEFAULT 0 NOT NULL,
    tx text DEFAULT '0'::text NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    published bigint DEFAULT 0 NOT NULL,
    last text DEFAULT '{}'::text NOT NULL
);


ALTER TABLE public.relays OWNER TO registry_owner;

--
-- Name: upload_refusals; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.upload_refusals (
    upload_id uuid NOT NULL,
    row_number integer NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    reason text NOT NULL,
    caller text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


ALTER TABLE public.upload_refusals OWNER TO registry_owner;

--
-- Name: who; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.who (
    node uuid NOT NULL,
    number text NOT NULL,
    revision bigint NOT NULL
);


ALTER TABLE public.who OWNER TO registry_owner;

--
-- Name: who_entries; Type: TABLE; Schema: public; Owner: registry_owner
--

CREATE TABLE public.who_entries (
    "position" bigint NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    node text NOT NULL,
    number text NOT NULL,
    revision bigint NOT NULL
);


ALTER TABLE public.who_entries OWNER TO registry_owner;

--
-- Name: who_entries_position_seq; Type: SEQUENCE; Schema: public; Owner: registry_owner
--

ALTER TABLE public.who_entries ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.who_entries_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: abouts; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.abouts (
    stream text NOT NULL,
    node uuid NOT NULL
);


ALTER TABLE timeline_1.abouts OWNER TO registry;

--
-- Name: dirty; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.dirty (
    nth bigint NOT NULL,
    node uuid NOT NULL
);


ALTER TABLE timeline_1.dirty OWNER TO registry;

--
-- Name: dirty_nth_seq; Type: SEQUENCE; Schema: timeline_1; Owner: registry
--

ALTER TABLE timeline_1.dirty ALTER COLUMN nth ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME timeline_1.dirty_nth_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: facts; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.facts (
    node uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    event_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    first_recorded_at timestamp with time zone NOT NULL,
    names uuid NOT NULL,
    version integer NOT NULL,
    void boolean NOT NULL,
    type text NOT NULL,
    stream text NOT NULL,
    moment text NOT NULL,
    facts text NOT NULL,
    person text
);


ALTER TABLE timeline_1.facts OWNER TO registry;

--
-- Name: flags; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.flags (
    number text NOT NULL,
    name text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    event_id uuid
);


ALTER TABLE timeline_1.flags OWNER TO registry;

--
-- Name: journeys; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.journeys (
    number text NOT NULL,
    nth smallint NOT NULL,
    country text,
    work boolean NOT NULL,
    phase text NOT NULL,
    contract text,
    sector text,
    occupation text,
    departed_at timestamp with time zone,
    returned_at timestamp with time zone,
    return_kind smallint,
    trips integer NOT NULL,
    sex smallint NOT NULL
);


ALTER TABLE timeline_1.journeys OWNER TO registry;

--
-- Name: links; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.links (
    a uuid NOT NULL,
    b uuid NOT NULL,
    names uuid NOT NULL,
    version integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);


ALTER TABLE timeline_1.links OWNER TO registry;

--
-- Name: members; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.members (
    node uuid NOT NULL,
    number text NOT NULL
);


ALTER TABLE timeline_1.members OWNER TO registry;

--
-- Name: people; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.people (
    number text NOT NULL,
    evidence_id uuid NOT NULL,
    khmer text,
    latin text,
    phone text,
    born date,
    keys text[] NOT NULL
);


ALTER TABLE timeline_1.people OWNER TO registry;

--
-- Name: rulings; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.rulings (
    names uuid NOT NULL,
    version integer NOT NULL,
    event_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);


ALTER TABLE timeline_1.rulings OWNER TO registry;

--
-- Name: slices; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.slices (
    nth integer NOT NULL,
    low uuid NOT NULL,
    high uuid NOT NULL
);


ALTER TABLE timeline_1.slices OWNER TO registry;

--
-- Name: workers; Type: TABLE; Schema: timeline_1; Owner: registry
--

CREATE TABLE timeline_1.workers (
    number text NOT NULL,
    node uuid NOT NULL,
    n_events integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    place text NOT NULL,
    country text NOT NULL,
    since timestamp with time zone,
    last_heard_at timestamp with time zone,
    sex smallint NOT NULL,
    home_province text,
    posts text[] NOT NULL,
    countries text[] NOT NULL,
    provinces text[] NOT NULL,
    agencies text[] NOT NULL
);


ALTER TABLE timeline_1.workers OWNER TO registry;

--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.audit (entry_id, at, tx, caller, office, action, evidence, numbers, detail, correlation) FROM stdin;
1	2026-11-29 06:08:04.574626+00	927	registrar	REGISTRY	search_workers	{}	{D9VGXBVS6M9Q27}	{"by":["document"],"beyond":0}	01a225ea-f3d7-752e-b487-5040e38c17ea
2	2026-11-29 06:08:04.578603+00	928	registrar	REGISTRY	read_timeline	{01a225ea-f128-7037-8033-bf46d600689b}	{D9VGXBVS6M9Q27}	{}	01a225ea-f3e0-718c-b668-a27f4ff3c0c0
3	2026-11-29 06:08:04.581225+00	929	registrar	REGISTRY	search_workers	{}	{QJSM2GCHGVAFMB}	{"by":["document"],"beyond":0}	01a225ea-f3e3-7652-bbb1-ae2e63e7f536
4	2026-11-29 06:08:04.583658+00	930	registrar	REGISTRY	read_timeline	{01a225ea-f12e-71bc-852a-9c10cada83ce,01a225ea-f12e-71bc-852a-9c10cada83ce}	{QJSM2GCHGVAFMB}	{}	01a225ea-f3e6-7210-bafa-36c4d4d2b5c7
5	2026-11-29 06:08:04.600274+00	937	registrar	REGISTRY	search_workers	{}	{D9VGXBVS6M9Q27}	{"by":["document"],"beyond":0}	01a225ea-f3f2-7052-b2a5-7a9daf127c66
6	2026-11-29 06:08:04.606389+00	940	registrar	REGISTRY	read_timeline	{01a225ea-f128-7037-8033-bf46d600689b,01a225ea-f12e-71bc-852a-9c10cada83ce,01a225ea-f12e-71bc-852a-9c10cada83ce,01a225ea-f3e8-7542-b172-6c9d9572d7ca,01a225ea-f3ec-770a-bacd-d13eca53dead}	{D9VGXBVS6M9Q27}	{}	01a225ea-f3fb-7607-af19-342fc780398c
7	2026-11-29 06:08:05.675501+00	1002	registrar	REGISTRY	search_workers	{}	{0K0M632P7MV28W}	{"by":["document"],"beyond":0}	01a225ea-f827-706a-b089-518ab9afc02a
8	2026-11-29 06:08:05.680861+00	1004	registrar	REGISTRY	read_timeline	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe,01a225ea-f4fa-74cd-a655-c8c80f6f8d4a,01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,01a225ea-f503-7471-afb1-a5b9fcdfc898}	{0K0M632P7MV28W}	{}	01a225ea-f82e-7791-8a15-aaa6f45de9d7
9	2026-11-29 06:08:05.683346+00	1005	registrar	REGISTRY	read_timeline	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe,01a225ea-f4fa-74cd-a655-c8c80f6f8d4a,01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,01a225ea-f503-7471-afb1-a5b9fcdfc898}	{0K0M632P7MV28W}	{}	01a225ea-f832-7623-96e6-feb191d8c257
10	2026-11-29 06:08:06.460836+00	1026	registrar	REGISTRY	search_workers	{}	{A6JEKKMVFZRPY0}	{"by":["document"],"beyond":0}	01a225ea-fb38-7719-95fc-faa6feaa279c
11	2026-11-29 06:08:06.465137+00	1027	registrar	REGISTRY	read_timeline	{01a225ea-dfef-711a-b26f-410ab654ea33,01a225ea-e2bb-778a-8fe1-2e2825fdd7a7,01a225ea-e58b-7531-a85a-3b3a737ae6e5,01a225ea-e59c-7573-b7c8-2d016ed322fc,01a225ea-e5ad-7096-892d-56f6a1058428,01a225ea-e5ad-7096-892d-56f6a1058428,01a225ea-e5ad-7096-892d-56f6a1058428}	{A6JEKKMVFZRPY0}	{}	01a225ea-fb3e-73de-a547-cfd85b609f26
12	2026-11-29 06:08:06.470865+00	1029	registrar	REGISTRY	search_workers	{}	{0K0M632P7MV28W}	{"by":["document"],"beyond":0}	01a225ea-fb44-76a5-8f20-fba5d103a74a
13	2026-11-29 06:08:06.480027+00	1030	registrar	REGISTRY	read_timeline	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe,01a225ea-f4fa-74cd-a655-c8c80f6f8d4a,01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,01a225ea-f503-7471-afb1-a5b9fcdfc898}	{0K0M632P7MV28W}	{}	01a225ea-fb48-70e9-aa55-5f5086057929
14	2026-11-29 06:08:06.48731+00	1033	registrar	REGISTRY	search_workers	{}	{F4R54NQRNGM4E4}	{"by":["document"],"beyond":0}	01a225ea-fb54-73d7-8ce0-e362fea97e59
15	2026-11-29 06:08:06.493646+00	1035	registrar	REGISTRY	read_timeline	{01a225ea-f406-75c5-9588-6075e7a5e04b,01a225ea-f414-71ea-be94-f2116fb384d1,01a225ea-f414-71ea-be94-f2116fb384d1}	{F4R54NQRNGM4E4}	{}	01a225ea-fb5b-70f9-a292-f14f4a622e66
16	2026-11-29 06:08:06.496439+00	1036	registrar	REGISTRY	search_workers	{}	{D9VGXBVS6M9Q27}	{"by":["document"],"beyond":0}	01a225ea-fb5f-74de-ab0b-c31b01cd7c0c
17	2026-11-29 06:08:06.49945+00	1037	registrar	REGISTRY	read_timeline	{01a225ea-f128-7037-8033-bf46d600689b,01a225ea-f12e-71bc-852a-9c10cada83ce,01a225ea-f12e-71bc-852a-9c10cada83ce,01a225ea-f3e8-7542-b172-6c9d9572d7ca,01a225ea-f3ec-770a-bacd-d13eca53dead,01a225ea-f3ec-770a-bacd-d13eca53dead}	{D9VGXBVS6M9Q27}	{}	01a225ea-fb61-7243-974b-494707146e3b
18	2026-11-29 06:08:13.97183+00	1047	registrar	REGISTRY	read_timeline	{01a225ea-dfef-711a-b26f-410ab654ea33,01a225ea-e2bb-778a-8fe1-2e2825fdd7a7,01a225ea-e58b-7531-a85a-3b3a737ae6e5,01a225ea-e59c-7573-b7c8-2d016ed322fc,01a225ea-e5ad-7096-892d-56f6a1058428,01a225ea-e5ad-7096-892d-56f6a1058428,01a225ea-e5ad-7096-892d-56f6a1058428}	{A6JEKKMVFZRPY0}	{}	01a225eb-1891-7111-9cbf-88f84f67ac34
19	2026-11-29 06:08:13.975757+00	1048	registrar	REGISTRY	read_timeline	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe,01a225ea-f4fa-74cd-a655-c8c80f6f8d4a,01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,01a225ea-f503-7471-afb1-a5b9fcdfc898}	{0K0M632P7MV28W}	{}	01a225eb-1895-7346-be2c-7c9ea40e1f2b
20	2026-11-29 06:08:13.978189+00	1049	registrar	REGISTRY	read_timeline	{01a225ea-f406-75c5-9588-6075e7a5e04b,01a225ea-f414-71ea-be94-f2116fb384d1,01a225ea-f414-71ea-be94-f2116fb384d1}	{F4R54NQRNGM4E4}	{}	01a225eb-1899-728d-8f08-b351d92e07d5
21	2026-11-29 06:08:13.980337+00	1050	registrar	REGISTRY	read_timeline	{01a225ea-f128-7037-8033-bf46d600689b,01a225ea-f12e-71bc-852a-9c10cada83ce,01a225ea-f12e-71bc-852a-9c10cada83ce,01a225ea-f3e8-7542-b172-6c9d9572d7ca,01a225ea-f3ec-770a-bacd-d13eca53dead,01a225ea-f3ec-770a-bacd-d13eca53dead}	{D9VGXBVS6M9Q27}	{}	01a225eb-189b-73d5-836f-ad3bfe9b7088
\.


--
-- Data for Name: builds; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.builds (projection, build, state, started_at, live_at) FROM stdin;
timeline	1	live	2026-11-29 06:07:57.528661+00	2026-11-29 06:07:57.528661+00
\.


--
-- Data for Name: dead_letters; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.dead_letters (reader, build, event_id, type, topic, partition, at_offset, headers, body, reason, detail, buried_at) FROM stdin;
\.


--
-- Data for Name: discarded_letters; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.discarded_letters (reader, event_id, type, reason, discarded_by, discarded_at) FROM stdin;
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.events ("position", tx, event_id, stream, version, type, occurred_at, recorded_at, appended_at, facts, person, handles, correlation_id, causation_id, traceparent) FROM stdin;
\.


--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.idempotency (caller, key, digest, status, outcome, created_at) FROM stdin;
\.


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.migrations (name, digest, applied_at) FROM stdin;
chassis.migrations/0001_record.sql	0ca27e7cd91052a910ac62867a6406f893dd4f42ac99444e9f81ea3e3547e00e	2026-11-29 06:07:57.373019+00
chassis.migrations/0002_outcomes.sql	e0f14b33f66aa93a16be8c575dd6182eddfddf9f172fc90184ec4161e3e89278	2026-11-29 06:07:57.4131+00
services.registry.migrations/0001_who.sql	012e6779f5f405298f91ad6b5e17c76802fdcb43cc8eab429f2068c10c69023b	2026-11-29 06:07:57.436563+00
\.


--
-- Data for Name: minted; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.minted (number, node) FROM stdin;
A6JEKKMVFZRPY0	9b36f6c2-bcd1-97ce-e417-f9a8c5175323
QJSM2GCHGVAFMB	9517dc1b-4dd6-b8c1-9f02-c1113fab97bf
D9VGXBVS6M9Q27	c5a49c0c-4da8-f3ca-b36c-10c95cc5caea
F4R54NQRNGM4E4	01a225ea-f400-75cc-9b42-078c366bb431
0K0M632P7MV28W	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e
9D5S662YJPTW25	7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361
FTAW2A86BSJQJX	0a0c5c13-d6d0-28c7-e7af-951cec60050a
XE8PEDY63RKWND	9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c
2QS22EF8G97EWX	c4fe4486-32b0-4d10-83f3-ff6826f2e339
RGQB1MM12SXJMY	77b23530-ee90-0e26-968a-933ccdf44751
0HWG0VMG64ZJJG	fdd8b078-8440-8031-cbf1-970d2e3f1d33
V3610B1KZFV5SH	b1022898-c744-1838-a998-c31a31687f41
\.


--
-- Data for Name: offsets; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.offsets (reader, build, topic, partition, incarnation, next_offset, last_id) FROM stdin;
registry.timeline	1	domnaer.consular.v1	1	0	0	\N
registry.timeline	1	domnaer.consular.v1	2	0	0	\N
registry.timeline	1	domnaer.consular.v1	3	0	0	\N
registry.timeline	1	domnaer.recruitment.v1	0	0	0	\N
registry.timeline	1	domnaer.recruitment.v1	2	0	0	\N
registry.timeline	1	domnaer.skills.v1	0	0	0	\N
registry.timeline	1	domnaer.skills.v1	2	0	0	\N
registry.timeline	1	domnaer.skills.v1	3	0	0	\N
registry.timeline	1	domnaer.recruitment.v1	3	1	4	01a225ea-e2b9-7019-aaee-7f042eeefc5b
registry.timeline	1	domnaer.skills.v1	1	1	4	01a225ea-f126-704b-a965-651a6d441125
registry.timeline	1	domnaer.consular.v1	0	1	8	01a225ea-f410-75e7-a5b7-74558a3b6f65
registry.timeline	1	domnaer.recruitment.v1	1	1	3	01a225ea-faec-74a1-bb0e-6e8f1980921d
registry.timeline	1	domnaer.border.v1	0	1	5	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f
registry.timeline	1	domnaer.border.v1	1	1	9	84fdcd01-3c63-5e33-9529-21b3b9f98d39
registry.timeline	1	domnaer.border.v1	2	1	3	7914fe8f-2381-5a0d-969a-1744f9a5d72e
registry.timeline	1	domnaer.border.v1	3	1	5	bfeea813-fc2a-5b60-b398-682eaf552852
registry.timeline	1	domnaer.reintegration.v1	0	1	3	bdc100b1-1410-5970-a95c-e77c4f4622ed
registry.timeline	1	domnaer.reintegration.v1	1	1	6	30f34d4f-dded-5e12-a558-f88a80bb7be4
registry.timeline	1	domnaer.reintegration.v1	2	1	11	59349513-e3e8-569a-94f6-8ed6219dd879
registry.timeline	1	domnaer.reintegration.v1	3	1	3	1c4f5078-67d4-5af5-848c-f86983ae98d4
\.


--
-- Data for Name: relays; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.relays (outlet, topic, incarnation, tx, "position", published, last) FROM stdin;
registry.who	domnaer.registry.who.v1	1	1039	46	46	{"3":[16,"ea7692375ff4536a1de1b4290abd8634"],"2":[12,"95674651c20dce2ff8fe1b4e6208bd5f"],"1":[2,"5cdea0fcff3bdfecc8d7b2f235c2110e"],"0":[12,"663ed0f9d4e08d0bdc1dc5f3039070e6"]}
\.


--
-- Data for Name: upload_refusals; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at) FROM stdin;
\.


--
-- Data for Name: who; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.who (node, number, revision) FROM stdin;
01a225ea-dfef-711a-b26f-410ab654ea33	A6JEKKMVFZRPY0	1
01a225ea-e58b-7531-a85a-3b3a737ae6e5	A6JEKKMVFZRPY0	1
01a225ea-e5ad-7096-892d-56f6a1058428	A6JEKKMVFZRPY0	1
49af1319-a55c-5619-8ad4-bca44d70ee12	A6JEKKMVFZRPY0	1
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	A6JEKKMVFZRPY0	1
5bcd220b-e312-5672-8dee-b4e18fdce92f	A6JEKKMVFZRPY0	1
c5a49c0c-4da8-f3ca-b36c-10c95cc5caea	D9VGXBVS6M9Q27	1
01a225ea-f12e-71bc-852a-9c10cada83ce	D9VGXBVS6M9Q27	2
01a225ea-f3ec-770a-bacd-d13eca53dead	D9VGXBVS6M9Q27	1
01a225ea-f400-75cc-9b42-078c366bb431	F4R54NQRNGM4E4	1
01a225ea-f414-71ea-be94-f2116fb384d1	F4R54NQRNGM4E4	1
04934344-5c52-5853-bb84-396066b42607	D9VGXBVS6M9Q27	1
55e8a85b-878d-5609-9389-7931b104fb42	D9VGXBVS6M9Q27	2
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	D9VGXBVS6M9Q27	2
a4f55be6-f4d8-5333-bbd0-bd5565457083	F4R54NQRNGM4E4	1
e11be0b1-b47b-4b93-5c50-720a95e59100	F4R54NQRNGM4E4	1
01a225ea-f4ef-7639-b1d9-87692fc2cbbe	0K0M632P7MV28W	1
01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	0K0M632P7MV28W	1
01a225ea-f503-7471-afb1-a5b9fcdfc898	0K0M632P7MV28W	1
09017f3d-4f5d-54e5-a1d3-619ee33c64b7	0K0M632P7MV28W	1
3bdf3616-31fe-52a6-a12a-aaea81881368	0K0M632P7MV28W	1
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	0K0M632P7MV28W	1
01a83247-4478-5e76-adc5-4cb8b0e6ea11	9D5S662YJPTW25	1
0a0c5c13-d6d0-28c7-e7af-951cec60050a	FTAW2A86BSJQJX	1
2d463614-3a68-5e71-a20e-8f6e37d08fcd	XE8PEDY63RKWND	1
42adeeea-6245-5c4b-91d2-5be8b691b044	XE8PEDY63RKWND	1
5e909532-2f7a-531c-a943-f4ef2e7f700f	2QS22EF8G97EWX	1
6dbb1189-8a2e-5d79-b166-45da09ce5b90	RGQB1MM12SXJMY	1
77b23530-ee90-0e26-968a-933ccdf44751	RGQB1MM12SXJMY	1
7914fe8f-2381-5a0d-969a-1744f9a5d72e	0HWG0VMG64ZJJG	1
7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	9D5S662YJPTW25	1
7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	V3610B1KZFV5SH	1
84fdcd01-3c63-5e33-9529-21b3b9f98d39	2QS22EF8G97EWX	1
9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	XE8PEDY63RKWND	1
9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931	V3610B1KZFV5SH	1
9dff2a68-74c6-53a1-9b08-e8a449eaf420	FTAW2A86BSJQJX	1
ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	RGQB1MM12SXJMY	1
b1022898-c744-1838-a998-c31a31687f41	V3610B1KZFV5SH	1
b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	FTAW2A86BSJQJX	1
bf01a456-5128-5038-ac9c-f063ff8bb155	0HWG0VMG64ZJJG	1
bfeea813-fc2a-5b60-b398-682eaf552852	9D5S662YJPTW25	1
c4fe4486-32b0-4d10-83f3-ff6826f2e339	2QS22EF8G97EWX	1
fdd8b078-8440-8031-cbf1-970d2e3f1d33	0HWG0VMG64ZJJG	1
\.


--
-- Data for Name: who_entries; Type: TABLE DATA; Schema: public; Owner: registry_owner
--

COPY public.who_entries ("position", tx, node, number, revision) FROM stdin;
1	867	01a225eadfef711ab26f410ab654ea33	A6JEKKMVFZRPY0	1
2	867	01a225eae58b7531a85a3b3a737ae6e5	A6JEKKMVFZRPY0	1
3	867	01a225eae5ad7096892d56f6a1058428	A6JEKKMVFZRPY0	1
4	867	49af1319a55c56198ad4bca44d70ee12	A6JEKKMVFZRPY0	1
5	867	9b36f6c2bcd197cee417f9a8c5175323	A6JEKKMVFZRPY0	1
6	894	5bcd220be31256728deeb4e18fdce92f	A6JEKKMVFZRPY0	1
7	923	01a225eaf12e71bc852a9c10cada83ce	QJSM2GCHGVAFMB	1
8	923	55e8a85b878d560993897931b104fb42	QJSM2GCHGVAFMB	1
9	923	9517dc1b4dd6b8c19f02c1113fab97bf	QJSM2GCHGVAFMB	1
10	923	c5a49c0c4da8f3cab36c10c95cc5caea	D9VGXBVS6M9Q27	1
11	965	01a225eaf12e71bc852a9c10cada83ce	D9VGXBVS6M9Q27	2
12	965	01a225eaf3ec770abacdd13eca53dead	D9VGXBVS6M9Q27	1
13	965	01a225eaf40075cc9b42078c366bb431	F4R54NQRNGM4E4	1
14	965	01a225eaf41471eabe94f2116fb384d1	F4R54NQRNGM4E4	1
15	965	049343445c525853bb84396066b42607	D9VGXBVS6M9Q27	1
16	965	55e8a85b878d560993897931b104fb42	D9VGXBVS6M9Q27	2
17	965	9517dc1b4dd6b8c19f02c1113fab97bf	D9VGXBVS6M9Q27	2
18	965	a4f55be6f4d85333bbd0bd5565457083	F4R54NQRNGM4E4	1
19	965	e11be0b1b47b4b935c50720a95e59100	F4R54NQRNGM4E4	1
20	993	01a225eaf4ef7639b1d987692fc2cbbe	0K0M632P7MV28W	1
21	993	01a225eaf4fe76db8c19c4fe5c6eba9b	0K0M632P7MV28W	1
22	993	01a225eaf5037471afb1a5b9fcdfc898	0K0M632P7MV28W	1
23	993	09017f3d4f5d54e5a1d3619ee33c64b7	0K0M632P7MV28W	1
24	993	3bdf361631fe52a6a12aaaea81881368	0K0M632P7MV28W	1
25	993	8c3a08f43fcf7a020c81c313bf307c8e	0K0M632P7MV28W	1
26	1039	01a8324744785e76adc54cb8b0e6ea11	9D5S662YJPTW25	1
27	1039	0a0c5c13d6d028c7e7af951cec60050a	FTAW2A86BSJQJX	1
28	1039	2d4636143a685e71a20e8f6e37d08fcd	XE8PEDY63RKWND	1
29	1039	42adeeea62455c4b91d25be8b691b044	XE8PEDY63RKWND	1
30	1039	5e9095322f7a531ca943f4ef2e7f700f	2QS22EF8G97EWX	1
31	1039	6dbb11898a2e5d79b16645da09ce5b90	RGQB1MM12SXJMY	1
32	1039	77b23530ee900e26968a933ccdf44751	RGQB1MM12SXJMY	1
33	1039	7914fe8f23815a0d969a1744f9a5d72e	0HWG0VMG64ZJJG	1
34	1039	7e7d01aa1d874ed8725e6f3a3cd1c361	9D5S662YJPTW25	1
35	1039	7eea6cc700bd5f32b10feefe1ecf7ffd	V3610B1KZFV5SH	1
36	1039	84fdcd013c635e33952921b3b9f98d39	2QS22EF8G97EWX	1
37	1039	9a0780e02a3d1bf8e40e83dc5a58c66c	XE8PEDY63RKWND	1
38	1039	9cdad96f3c5a50fc9bcb8c89c9ba5931	V3610B1KZFV5SH	1
39	1039	9dff2a6874c653a19b08e8a449eaf420	FTAW2A86BSJQJX	1
40	1039	ab96da7b59f45fc09a28cfb287fcd22f	RGQB1MM12SXJMY	1
41	1039	b1022898c7441838a998c31a31687f41	V3610B1KZFV5SH	1
42	1039	b1060dd94c8e55b1b286e6e5e9e7b46b	FTAW2A86BSJQJX	1
43	1039	bf01a45651285038ac9cf063ff8bb155	0HWG0VMG64ZJJG	1
44	1039	bfeea813fc2a5b60b398682eaf552852	9D5S662YJPTW25	1
45	1039	c4fe448632b04d1083f3ff6826f2e339	2QS22EF8G97EWX	1
46	1039	fdd8b07884408031cbf1970d2e3f1d33	0HWG0VMG64ZJJG	1
\.


--
-- Data for Name: abouts; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.abouts (stream, node) FROM stdin;
crossing-01a225ea-e5ad-7096-892d-56f6a1058428	01a225ea-e5ad-7096-892d-56f6a1058428
reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	49af1319-a55c-5619-8ad4-bca44d70ee12
crossing-01a225ea-f12e-71bc-852a-9c10cada83ce	01a225ea-f12e-71bc-852a-9c10cada83ce
crossing-01a225ea-f3ec-770a-bacd-d13eca53dead	01a225ea-f3ec-770a-bacd-d13eca53dead
crossing-01a225ea-f414-71ea-be94-f2116fb384d1	01a225ea-f414-71ea-be94-f2116fb384d1
crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	01a225ea-f4fe-76db-8c19-c4fe5c6eba9b
crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898	01a225ea-f503-7471-afb1-a5b9fcdfc898
crossing-2d463614-3a68-5e71-a20e-8f6e37d08fcd	2d463614-3a68-5e71-a20e-8f6e37d08fcd
crossing-7914fe8f-2381-5a0d-969a-1744f9a5d72e	7914fe8f-2381-5a0d-969a-1744f9a5d72e
crossing-7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd
crossing-84fdcd01-3c63-5e33-9529-21b3b9f98d39	84fdcd01-3c63-5e33-9529-21b3b9f98d39
crossing-ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f
crossing-b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b
crossing-bfeea813-fc2a-5b60-b398-682eaf552852	bfeea813-fc2a-5b60-b398-682eaf552852
\.


--
-- Data for Name: dirty; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.dirty (nth, node) FROM stdin;
\.


--
-- Data for Name: facts; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.facts (node, occurred_at, event_id, recorded_at, first_recorded_at, names, version, void, type, stream, moment, facts, person) FROM stdin;
01a225ea-dfef-711a-b26f-410ab654ea33	2013-03-04 02:00:00+00	01a225ea-e2b1-77ce-85e9-6b6306b81204	2026-11-29 06:08:00.178415+00	2026-11-29 06:08:00.178415+00	01a225ea-e2b1-77ce-85e9-6b6306b81204	2	f	domnaer.recruitment.employment_contract_returned.v1	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	[11,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"reviewer","office":"MOLVT","how":"live","precision":"second"},"faults":["wage_below_minimum"],"clauses_missing":[]}	\N
01a225ea-dfef-711a-b26f-410ab654ea33	2013-03-05 02:00:00+00	01a225ea-e2b6-7092-9382-0090cd005eb9	2026-11-29 06:08:00.182397+00	2026-11-29 06:08:00.182397+00	01a225ea-e2b6-7092-9382-0090cd005eb9	3	f	domnaer.recruitment.employment_contract_amended.v1	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	[13,"THA",null,"2013-04-01","2015-03-31","F","7112",null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"300","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2015-03-31","clauses":[]}}	\N
01a225ea-dfef-711a-b26f-410ab654ea33	2013-03-06 02:00:00+00	01a225ea-e2b9-7019-aaee-7f042eeefc5b	2026-11-29 06:08:00.1853+00	2026-11-29 06:08:00.1853+00	01a225ea-e2b9-7019-aaee-7f042eeefc5b	4	f	domnaer.recruitment.employment_contract_approved.v1	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	[12,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"reviewer","office":"MOLVT","how":"live","precision":"second"}}	\N
01a225ea-e58b-7531-a85a-3b3a737ae6e5	2014-02-04 02:00:00+00	01a225ea-e59c-7573-b7c8-2d016ed322fc	2026-11-29 06:08:00.925871+00	2026-11-29 06:08:00.925871+00	01a225ea-e59c-7573-b7c8-2d016ed322fc	2	f	domnaer.consular.assistance_action_logged.v1	assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5	[21,null,"call",null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"action":"call"}	{"form":"clear","evidence_id":"01a225ea-e59c-7573-b7c8-2d016ed322fc","documents":[],"relatives":[],"words":{"remark":"employer promises to pay"}}
01a225ea-e58b-7531-a85a-3b3a737ae6e5	2014-02-05 02:00:00+00	01a225ea-e5a1-7399-9587-d0ebfe33be32	2026-11-29 06:08:00.930139+00	2026-11-29 06:08:00.930139+00	01a225ea-e5a1-7399-9587-d0ebfe33be32	3	f	domnaer.consular.assistance_case_handed_over.v1	assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5	[21,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"to_attache":"attache-bangkok"}	\N
01a225ea-e58b-7531-a85a-3b3a737ae6e5	2014-02-06 02:00:00+00	01a225ea-e5a5-706a-b9a4-d65d346fd687	2026-11-29 06:08:00.933852+00	2026-11-29 06:08:00.933852+00	01a225ea-e5a5-706a-b9a4-d65d346fd687	4	f	domnaer.consular.assistance_due_date_set.v1	assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"due_on":"2099-01-31"}	\N
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	2013-03-01 02:00:00+00	01a225ea-dfef-711a-b26f-410ab654ea33	2026-11-29 06:07:59.471025+00	2026-11-29 06:07:59.471025+00	01a225ea-dfef-711a-b26f-410ab654ea33	1	f	domnaer.recruitment.employment_contract_registered.v1	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	[10,"THA",null,"2013-04-01","2015-03-31","F","7112",null,0,false,false,"00fd82ba-b500-75a6-8925-ee9b8c37bd13",null,2,"25-29","02"]	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","agency_id":"00fd82ba-b500-75a6-8925-ee9b8c37bd13","employer_id":"0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11","terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"280","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2015-03-31","clauses":[]}}	{"form":"clear","evidence_id":"01a225ea-dfef-711a-b26f-410ab654ea33","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{"remark":"prefers to be called in the evening"}}
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	2013-04-02 02:00:00+00	01a225ea-e2bb-778a-8fe1-2e2825fdd7a7	2026-11-29 06:08:00.187297+00	2026-11-29 06:08:00.187297+00	01a225ea-e2bb-778a-8fe1-2e2825fdd7a7	1	f	domnaer.border.worker_departed.v1	crossing-01a225ea-e2bb-778a-8fe1-2e2825fdd7a7	[1,"THA","work",null,null,null,null,"KH-POI",2,false,false,null,null,2,"25-29","02"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","destination":"THA","purpose":"work"}	{"form":"clear","evidence_id":"01a225ea-e2bb-778a-8fe1-2e2825fdd7a7","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	2014-02-03 02:00:00+00	01a225ea-e58b-7531-a85a-3b3a737ae6e5	2026-11-29 06:08:00.907754+00	2026-11-29 06:08:00.907754+00	01a225ea-e58b-7531-a85a-3b3a737ae6e5	1	f	domnaer.consular.assistance_case_opened.v1	assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5	[20,"THA","wages",null,null,null,null,null,0,false,false,null,null,2,"25-29","02"]	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","mission":"BKK","country":"THA","category":"wages","urgency":"soon","status_abroad":"not_known","due_on":"2014-02-10"}	{"form":"clear","evidence_id":"01a225ea-e58b-7531-a85a-3b3a737ae6e5","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{"remark":"wages of two months"}}
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	2014-06-12 02:00:00+00	01a225ea-e5ad-7096-892d-56f6a1058428	2026-11-29 06:08:00.941536+00	2026-11-29 06:08:00.941536+00	01a225ea-e5ad-7096-892d-56f6a1058428	1	f	domnaer.border.worker_deported.v1	crossing-01a225ea-e5ad-7096-892d-56f6a1058428	[3,"THA","immigration",null,null,null,null,"KH-POI",2,false,false,null,null,2,"25-29","02"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"lorry","returned_from":"THA","authority":"immigration","handover_id":"01a225ea-e5a8-7498-a6c2-8c8f376e0638"}	{"form":"clear","evidence_id":"01a225ea-e5ad-7096-892d-56f6a1058428","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	2014-06-12 02:00:00+00	7fc8d2d3-f7ce-5240-9524-4dc2ef494b28	2026-11-29 06:08:00.941537+00	2026-11-29 06:08:00.941537+00	7fc8d2d3-f7ce-5240-9524-4dc2ef494b28	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"25-29","02"]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","about":"crossing-01a225ea-e5ad-7096-892d-56f6a1058428","return_event_id":"01a225ea-e5ad-7096-892d-56f6a1058428","returned_from":"THA","deported":true}	{"form":"clear","evidence_id":"01a225ea-e5ad-7096-892d-56f6a1058428","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}
49af1319-a55c-5619-8ad4-bca44d70ee12	2014-06-20 02:00:00+00	01a225ea-ee20-73d6-9340-55d5047c319e	2026-11-29 06:08:03.106261+00	2026-11-29 06:08:03.106261+00	01a225ea-ee20-73d6-9340-55d5047c319e	2	f	domnaer.reintegration.reintegration_case_assigned.v1	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"counsellor":"counsellor-battambang"}	\N
49af1319-a55c-5619-8ad4-bca44d70ee12	2014-06-21 02:00:00+00	01a225ea-ee2e-7641-b91b-bdfbb8ebf7cf	2026-11-29 06:08:03.125051+00	2026-11-29 06:08:03.125051+00	01a225ea-ee2e-7641-b91b-bdfbb8ebf7cf	3	f	domnaer.reintegration.needs_recorded.v1	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"needs":["finding_a_job","credit"],"occupation_wanted":"7112","province_wanted":"02"}	\N
49af1319-a55c-5619-8ad4-bca44d70ee12	2014-06-22 02:00:00+00	01a225ea-ee3c-7155-ac43-c71a1d79b73f	2026-11-29 06:08:03.132963+00	2026-11-29 06:08:03.132963+00	01a225ea-ee3c-7155-ac43-c71a1d79b73f	4	f	domnaer.reintegration.counselling_session_held.v1	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"minutes":40,"counsellor":"counsellor-battambang","next_contact_on":"2014-07-01"}	\N
49af1319-a55c-5619-8ad4-bca44d70ee12	2014-06-23 02:00:00+00	01a225ea-ee4f-76c3-9fc2-447bac73d138	2026-11-29 06:08:03.152279+00	2026-11-29 06:08:03.152279+00	01a225ea-ee4f-76c3-9fc2-447bac73d138	5	f	domnaer.reintegration.match_proposed.v1	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"match_id":"01974d80-0000-7000-8000-000000000001","vacancy_id":"01a225ea-ee42-724e-8747-ecb25d70c2a1","reasons":["same_occupation","home_province"]}	\N
49af1319-a55c-5619-8ad4-bca44d70ee12	2014-06-24 02:00:00+00	01a225ea-ee55-773a-9d6b-cefa5a436a58	2026-11-29 06:08:03.160124+00	2026-11-29 06:08:03.160124+00	01a225ea-ee55-773a-9d6b-cefa5a436a58	6	f	domnaer.reintegration.match_accepted.v1	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"match_id":"01974d80-0000-7000-8000-000000000001"}	\N
49af1319-a55c-5619-8ad4-bca44d70ee12	2014-07-01 02:00:00+00	01a225ea-ee5f-71da-ad53-4c6dd39b6382	2026-11-29 06:08:03.168965+00	2026-11-29 06:08:03.168965+00	01a225ea-ee5f-71da-ad53-4c6dd39b6382	7	f	domnaer.reintegration.worker_placed.v1	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	[31,null,null,null,null,null,"7112",null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"match_id":"01974d80-0000-7000-8000-000000000001","occupation":"7112","province":"02","starts_on":"2014-07-01"}	\N
49af1319-a55c-5619-8ad4-bca44d70ee12	2014-07-02 02:00:00+00	01a225ea-ee6a-73b1-be2e-dd54fed64c39	2026-11-29 06:08:03.178811+00	2026-11-29 06:08:03.178811+00	01a225ea-ee6a-73b1-be2e-dd54fed64c39	8	f	domnaer.reintegration.referred_for_recognition.v1	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"occupation":"7112"}	\N
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	2014-07-02 02:00:00+00	9736e1c0-e2f0-522c-ad4b-baa5fd923cc7	2026-11-29 06:08:03.178812+00	2026-11-29 06:08:03.178812+00	9736e1c0-e2f0-522c-ad4b-baa5fd923cc7	1	f	domnaer.skills.recognition_applied.v1	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	[40,null,null,null,null,null,"7112",null,0,false,false,null,null,2,"25-29","02"]	{"recorded":{"by":"skills","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","about":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","occupation":"7112","experience":[{"employment_contract":"employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33","destination":"THA","sector":"F","occupation":"7112","started_on":"2013-04-01","ended_on":"2015-03-31"}]}	{"form":"clear","evidence_id":"01a225ea-e5ad-7096-892d-56f6a1058428","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}
5bcd220b-e312-5672-8dee-b4e18fdce92f	2014-07-10 02:00:00+00	01a225ea-f11f-7374-a57b-718e8e664514	2026-11-29 06:08:03.871435+00	2026-11-29 06:08:03.871435+00	01a225ea-f11f-7374-a57b-718e8e664514	2	f	domnaer.skills.assessment_booked.v1	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"assessor","office":"SKILLS","how":"live","precision":"second"},"method":"practical_test","on":"2014-07-12","province":"02"}	\N
5bcd220b-e312-5672-8dee-b4e18fdce92f	2014-07-12 02:00:00+00	01a225ea-f123-77fa-adf9-1f06444bd7a0	2026-11-29 06:08:03.875632+00	2026-11-29 06:08:03.875632+00	01a225ea-f123-77fa-adf9-1f06444bd7a0	3	f	domnaer.skills.assessment_decided.v1	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"assessor","office":"SKILLS","how":"live","precision":"second"},"result":"competent"}	\N
5bcd220b-e312-5672-8dee-b4e18fdce92f	2014-07-13 02:00:00+00	01a225ea-f126-704b-a965-651a6d441125	2026-11-29 06:08:03.878874+00	2026-11-29 06:08:03.878874+00	01a225ea-f126-704b-a965-651a6d441125	4	f	domnaer.skills.skills_recognised.v1	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	[41,null,null,null,null,null,"7112",null,0,false,false,null,2,0,null,null]	{"recorded":{"by":"assessor","office":"SKILLS","how":"live","precision":"second"},"occupation":"7112","level":2}	\N
c5a49c0c-4da8-f3ca-b36c-10c95cc5caea	2012-01-10 02:00:00+00	01a225ea-f128-7037-8033-bf46d600689b	2012-01-11 02:00:00+00	2012-01-11 02:00:00+00	01a225ea-f128-7037-8033-bf46d600689b	1	f	domnaer.border.worker_departed.v1	crossing-01a225ea-f128-7037-8033-bf46d600689b	[1,"THA","work",null,null,null,null,"KH-POI",2,false,false,null,null,1,"unknown","02"]	{"recorded":{"by":"officer","office":"KH-POI","how":"paper","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","destination":"THA","purpose":"work"}	{"form":"clear","evidence_id":"01a225ea-f128-7037-8033-bf46d600689b","documents":[{"kind":"passport","number":"N1000004","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	2013-01-10 02:00:00+00	01a225ea-f12e-71bc-852a-9c10cada83ce	2026-11-29 06:08:03.886022+00	2026-11-29 06:08:03.886022+00	01a225ea-f12e-71bc-852a-9c10cada83ce	1	f	domnaer.border.worker_returned.v1	crossing-01a225ea-f12e-71bc-852a-9c10cada83ce	[2,"THA","visit_home",null,null,null,null,"KH-POI",2,false,false,null,null,1,"unknown","02"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"visit_home"}	{"form":"clear","evidence_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	2013-01-10 02:00:00+00	051460e0-cd15-5161-ab0a-dac9ed3796ca	2026-11-29 06:08:03.886023+00	2026-11-29 06:08:03.886023+00	051460e0-cd15-5161-ab0a-dac9ed3796ca	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-55e8a85b-878d-5609-9389-7931b104fb42	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,1,"unknown","02"]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","about":"crossing-01a225ea-f12e-71bc-852a-9c10cada83ce","return_event_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	2013-02-10 02:00:00+00	01a225ea-f3e8-7542-b172-6c9d9572d7ca	2026-11-29 06:08:04.584987+00	2026-11-29 06:08:04.584987+00	01a225ea-f3e8-7542-b172-6c9d9572d7ca	1	f	domnaer.border.worker_departed.v1	crossing-01a225ea-f3e8-7542-b172-6c9d9572d7ca	[1,"THA","work",null,null,null,null,"KH-POI",2,false,false,null,null,1,"unknown","02"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport","passport"],"vehicle":"on_foot","destination":"THA","purpose":"work"}	{"form":"clear","evidence_id":"01a225ea-f3e8-7542-b172-6c9d9572d7ca","documents":[{"kind":"passport","number":"N1000004","issued_by":"KHM"},{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	2013-12-10 02:00:00+00	01a225ea-f3ec-770a-bacd-d13eca53dead	2026-11-29 06:08:04.588254+00	2026-11-29 06:08:04.588254+00	01a225ea-f3ec-770a-bacd-d13eca53dead	1	f	domnaer.border.worker_returned.v1	crossing-01a225ea-f3ec-770a-bacd-d13eca53dead	[2,"THA","family",null,null,null,null,"KH-POI",2,false,false,null,null,1,"unknown","02"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"family"}	{"form":"clear","evidence_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	2013-12-10 02:00:00+00	f9374d51-a6bc-5fb2-9690-adb7e33abefd	2026-11-29 06:08:04.588255+00	2026-11-29 06:08:04.588255+00	f9374d51-a6bc-5fb2-9690-adb7e33abefd	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-04934344-5c52-5853-bb84-396066b42607	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,1,"unknown","02"]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","about":"crossing-01a225ea-f3ec-770a-bacd-d13eca53dead","return_event_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}
01a225ea-f400-75cc-9b42-078c366bb431	2013-09-01 02:00:00+00	01a225ea-f400-75cc-9b42-078c366bb431	2026-11-29 06:08:04.608835+00	2026-11-29 06:08:04.608835+00	01a225ea-f400-75cc-9b42-078c366bb431	1	f	domnaer.consular.assistance_case_opened.v1	assistance-case-01a225ea-f400-75cc-9b42-078c366bb431	[20,"THA","shelter",null,null,null,null,null,0,false,false,null,null,0,"unknown",null]	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"sex":0,"age_band":"unknown","mission":"BKK","country":"THA","category":"shelter","urgency":"urgent","status_abroad":"irregular","due_on":"2013-09-02"}	\N
e11be0b1-b47b-4b93-5c50-720a95e59100	2013-09-02 02:00:00+00	01a225ea-f406-75c5-9588-6075e7a5e04b	2026-11-29 06:08:04.615064+00	2026-11-29 06:08:04.615064+00	01a225ea-f406-75c5-9588-6075e7a5e04b	2	f	domnaer.consular.assistance_caller_identified.v1	assistance-case-01a225ea-f400-75cc-9b42-078c366bb431	[21,null,null,null,null,null,null,null,0,false,false,null,null,2,"unknown","21"]	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"sex":2,"age_band":"unknown","home_province":"21"}	{"form":"clear","evidence_id":"01a225ea-f406-75c5-9588-6075e7a5e04b","documents":[{"kind":"passport","number":"N1000003","issued_by":"KHM"}],"name":{"khmer":"ឡុង ចន្ទ្រា","latin":"LONG CHANTREA"},"relatives":[],"words":{}}
01a225ea-f400-75cc-9b42-078c366bb431	2013-09-03 02:00:00+00	01a225ea-f40b-7121-b4db-e3a8a8fad1b6	2026-11-29 06:08:04.620828+00	2026-11-29 06:08:04.620828+00	01a225ea-f40b-7121-b4db-e3a8a8fad1b6	3	f	domnaer.consular.assistance_action_logged.v1	assistance-case-01a225ea-f400-75cc-9b42-078c366bb431	[21,null,"shelter_arranged",null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"action":"shelter_arranged"}	\N
e11be0b1-b47b-4b93-5c50-720a95e59100	2013-09-21 02:00:00+00	01a225ea-f414-71ea-be94-f2116fb384d1	2026-11-29 06:08:04.628067+00	2026-11-29 06:08:04.628067+00	01a225ea-f414-71ea-be94-f2116fb384d1	1	f	domnaer.border.worker_returned.v1	crossing-01a225ea-f414-71ea-be94-f2116fb384d1	[2,"THA","illness_or_injury",null,null,null,null,"KH-POI",2,false,false,null,null,2,"unknown","21"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","home_province":"21","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"illness_or_injury"}	{"form":"clear","evidence_id":"01a225ea-f414-71ea-be94-f2116fb384d1","documents":[{"kind":"passport","number":"N1000003","issued_by":"KHM"}],"name":{"khmer":"ឡុង ចន្ទ្រា","latin":"LONG CHANTREA"},"relatives":[],"words":{}}
01a225ea-f400-75cc-9b42-078c366bb431	2013-09-20 02:00:00+00	01a225ea-f410-75e7-a5b7-74558a3b6f65	2026-11-29 06:08:04.625944+00	2026-11-29 06:08:04.625944+00	01a225ea-f410-75e7-a5b7-74558a3b6f65	4	f	domnaer.consular.assistance_case_closed.v1	assistance-case-01a225ea-f400-75cc-9b42-078c366bb431	[22,null,"repatriated",null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"outcome":"repatriated"}	\N
e11be0b1-b47b-4b93-5c50-720a95e59100	2013-09-21 02:00:00+00	8f2221ee-fe09-5a95-9646-42a6634da361	2026-11-29 06:08:04.628068+00	2026-11-29 06:08:04.628068+00	8f2221ee-fe09-5a95-9646-42a6634da361	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-a4f55be6-f4d8-5333-bbd0-bd5565457083	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"unknown","21"]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","home_province":"21","about":"crossing-01a225ea-f414-71ea-be94-f2116fb384d1","return_event_id":"01a225ea-f414-71ea-be94-f2116fb384d1","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f414-71ea-be94-f2116fb384d1","documents":[{"kind":"passport","number":"N1000003","issued_by":"KHM"}],"name":{"khmer":"ឡុង ចន្ទ្រា","latin":"LONG CHANTREA"},"relatives":[],"words":{}}
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	2013-03-02 02:00:00+00	01a225ea-f4ef-7639-b1d9-87692fc2cbbe	2026-11-29 06:08:04.847211+00	2026-11-29 06:08:04.847211+00	01a225ea-f4ef-7639-b1d9-87692fc2cbbe	1	f	domnaer.recruitment.employment_contract_registered.v1	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	[10,"THA",null,"2013-04-01","2014-03-31","F","7112",null,0,false,false,"00fd82ba-b500-75a6-8925-ee9b8c37bd13",null,1,"20-24","01"]	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","agency_id":"00fd82ba-b500-75a6-8925-ee9b8c37bd13","employer_id":"0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11","terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"310","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2014-03-31","clauses":[]}}	{"form":"clear","evidence_id":"01a225ea-f4ef-7639-b1d9-87692fc2cbbe","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}
01a225ea-f4ef-7639-b1d9-87692fc2cbbe	2013-03-06 02:00:00+00	01a225ea-f4f2-71a5-9ce1-a06933129570	2026-11-29 06:08:04.852349+00	2026-11-29 06:08:04.852349+00	01a225ea-f4f2-71a5-9ce1-a06933129570	2	f	domnaer.recruitment.employment_contract_approved.v1	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	[12,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"reviewer","office":"MOLVT","how":"live","precision":"second"}}	\N
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	2013-04-20 02:00:00+00	01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	2026-11-29 06:08:04.858832+00	2026-11-29 06:08:04.858832+00	01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	1	f	domnaer.border.worker_departed.v1	crossing-01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	[1,"THA","work",null,null,null,null,"KH-POI",2,false,false,null,null,1,"20-24","01"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","destination":"THA","purpose":"work"}	{"form":"clear","evidence_id":"01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	2014-04-02 02:00:00+00	01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	2026-11-29 06:08:04.862216+00	2026-11-29 06:08:04.862216+00	01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	1	f	domnaer.border.worker_returned.v1	crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	[2,"THA","contract_completed",null,null,null,null,"KH-POI",2,false,false,null,null,1,"20-24","01"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"contract_completed"}	{"form":"clear","evidence_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	2014-04-02 02:00:00+00	01a225ea-f503-7471-afb1-a5b9fcdfc898	2026-11-29 06:08:04.867822+00	2026-11-29 06:08:04.867822+00	01a225ea-f503-7471-afb1-a5b9fcdfc898	1	f	domnaer.border.worker_returned.v1	crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898	[2,"THA","contract_completed",null,null,null,null,"KH-POI",2,false,false,null,null,1,"20-24","01"]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"contract_completed"}	{"form":"clear","evidence_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	2014-04-02 02:00:00+00	918ef991-ad6d-5794-be08-6d2e1757b476	2026-11-29 06:08:04.862217+00	2026-11-29 06:08:04.862217+00	918ef991-ad6d-5794-be08-6d2e1757b476	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-3bdf3616-31fe-52a6-a12a-aaea81881368	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,1,"20-24","01"]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","about":"crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","return_event_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	2014-04-02 02:00:00+00	921e02eb-86db-5710-90ee-89421d389d86	2026-11-29 06:08:04.867823+00	2026-11-29 06:08:04.867823+00	921e02eb-86db-5710-90ee-89421d389d86	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-09017f3d-4f5d-54e5-a1d3-619ee33c64b7	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,1,"20-24","01"]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","about":"crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898","return_event_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	2026-11-29 06:08:05.665227+00	01a225ea-f821-74d5-bcab-7df2781546cf	2026-11-29 06:08:05.665227+00	2026-11-29 06:08:04.867822+00	01a225ea-f503-7471-afb1-a5b9fcdfc898	2	t	domnaer.border.event_voided.v1	crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898	[0,null,null,null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"names":"01a225ea-f503-7471-afb1-a5b9fcdfc898","named_type":"domnaer.border.worker_returned.v1","first_recorded_at":"2026-11-29T06:08:04.867822Z","reason":"duplicate","formerly":["8c3a08f43fcf7a020c81c313bf307c8e"]}	\N
09017f3d-4f5d-54e5-a1d3-619ee33c64b7	2026-11-29 06:08:05.665227+00	7ca0d279-0aa1-55f1-9c3b-3de9e9462043	2026-11-29 06:08:05.665228+00	2026-11-29 06:08:05.665228+00	7ca0d279-0aa1-55f1-9c3b-3de9e9462043	2	f	domnaer.reintegration.reintegration_case_closed.v1	reintegration-case-09017f3d-4f5d-54e5-a1d3-619ee33c64b7	[32,null,"return_voided",null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"outcome":"return_voided"}	\N
01a225ea-f4ef-7639-b1d9-87692fc2cbbe	2014-04-05 02:00:00+00	01a225ea-faec-74a1-bb0e-6e8f1980921d	2026-11-29 06:08:06.381222+00	2026-11-29 06:08:06.381222+00	01a225ea-faec-74a1-bb0e-6e8f1980921d	3	f	domnaer.recruitment.employment_contract_terminated.v1	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	[14,null,"completed",null,"2014-03-31",null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"ended_on":"2014-03-31","reason":"completed"}	\N
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	2013-04-10 02:00:00+00	01a225ea-fae8-72ec-ad04-ee4770d9d62a	2026-11-29 06:08:06.376832+00	2026-11-29 06:08:04.858832+00	01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	2	f	domnaer.border.event_corrected.v1	crossing-01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	[1,"THA","work",null,null,null,null,"KH-POI",2,false,false,null,null,1,"20-24","01"]	{"recorded":{"by":"supervisor","office":"SUPERVISION","how":"live","precision":"second"},"names":"01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","named_type":"domnaer.border.worker_departed.v1","first_recorded_at":"2026-11-29T06:08:04.858832Z","reason":"wrong_time","formerly":["8c3a08f43fcf7a020c81c313bf307c8e"],"keeps_person":true,"restated":{"type":"domnaer.border.worker_departed.v1","facts":{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"bus","destination":"THA","purpose":"work"}}}	\N
3bdf3616-31fe-52a6-a12a-aaea81881368	2014-05-01 02:00:00+00	01a225ea-faf0-71e9-ae1d-6045db894fc7	2026-11-29 06:08:06.385389+00	2026-11-29 06:08:06.385389+00	01a225ea-faf0-71e9-ae1d-6045db894fc7	2	f	domnaer.reintegration.reintegration_case_closed.v1	reintegration-case-3bdf3616-31fe-52a6-a12a-aaea81881368	[32,null,"self_employed",null,null,null,null,null,0,false,false,null,null,0,null,null]	{"recorded":{"by":"counsellor-poipet","office":"NEA-01","how":"live","precision":"second"},"outcome":"self_employed"}	\N
0a0c5c13-d6d0-28c7-e7af-951cec60050a	2014-06-13 02:00:00+00	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.445679+00	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	1	f	domnaer.border.worker_returned.v1	crossing-b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	[2,"THA","mass_return",null,null,null,null,"KH-POI",2,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","documents":[{"kind":"passport","number":"N2000002","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO THIDA"},"relatives":[],"words":{}}
77b23530-ee90-0e26-968a-933ccdf44751	2014-06-13 02:00:00+00	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.445679+00	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	1	f	domnaer.border.worker_returned.v1	crossing-ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	[2,"THA","mass_return",null,null,null,null,"KH-POI",2,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","documents":[{"kind":"passport","number":"N2000007","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO NARY"},"relatives":[],"words":{}}
7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	2014-06-13 02:00:00+00	bfeea813-fc2a-5b60-b398-682eaf552852	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.445679+00	bfeea813-fc2a-5b60-b398-682eaf552852	1	f	domnaer.border.worker_returned.v1	crossing-bfeea813-fc2a-5b60-b398-682eaf552852	[2,"THA","mass_return",null,null,null,null,"KH-POI",2,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"bfeea813-fc2a-5b60-b398-682eaf552852","documents":[{"kind":"passport","number":"N2000004","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO KOLAB"},"relatives":[],"words":{}}
9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	2014-06-13 02:00:00+00	2d463614-3a68-5e71-a20e-8f6e37d08fcd	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.445679+00	2d463614-3a68-5e71-a20e-8f6e37d08fcd	1	f	domnaer.border.worker_returned.v1	crossing-2d463614-3a68-5e71-a20e-8f6e37d08fcd	[2,"THA","mass_return",null,null,null,null,"KH-POI",2,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","documents":[{"kind":"passport","number":"N2000003","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO VICHET"},"relatives":[],"words":{}}
b1022898-c744-1838-a998-c31a31687f41	2014-06-13 02:00:00+00	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.445679+00	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	1	f	domnaer.border.worker_returned.v1	crossing-7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	[2,"THA","mass_return",null,null,null,null,"KH-POI",2,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","documents":[{"kind":"passport","number":"N2000000","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SOPHY"},"relatives":[],"words":{}}
c4fe4486-32b0-4d10-83f3-ff6826f2e339	2014-06-13 02:00:00+00	84fdcd01-3c63-5e33-9529-21b3b9f98d39	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.445679+00	84fdcd01-3c63-5e33-9529-21b3b9f98d39	1	f	domnaer.border.worker_returned.v1	crossing-84fdcd01-3c63-5e33-9529-21b3b9f98d39	[2,"THA","mass_return",null,null,null,null,"KH-POI",2,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","documents":[{"kind":"passport","number":"N2000001","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO RITHY"},"relatives":[],"words":{}}
fdd8b078-8440-8031-cbf1-970d2e3f1d33	2014-06-13 02:00:00+00	7914fe8f-2381-5a0d-969a-1744f9a5d72e	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.445679+00	7914fe8f-2381-5a0d-969a-1744f9a5d72e	1	f	domnaer.border.worker_returned.v1	crossing-7914fe8f-2381-5a0d-969a-1744f9a5d72e	[2,"THA","mass_return",null,null,null,null,"KH-POI",2,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","documents":[{"kind":"passport","number":"N2000006","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SAMBO"},"relatives":[],"words":{}}
0a0c5c13-d6d0-28c7-e7af-951cec60050a	2014-06-13 02:00:00+00	53a6585d-65be-56cc-8973-64331aa515fe	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.44568+00	53a6585d-65be-56cc-8973-64331aa515fe	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-9dff2a68-74c6-53a1-9b08-e8a449eaf420	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","return_event_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","documents":[{"kind":"passport","number":"N2000002","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO THIDA"},"relatives":[],"words":{}}
77b23530-ee90-0e26-968a-933ccdf44751	2014-06-13 02:00:00+00	ac0d84ba-d4df-56ba-b9ab-e0baba42f327	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.44568+00	ac0d84ba-d4df-56ba-b9ab-e0baba42f327	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-6dbb1189-8a2e-5d79-b166-45da09ce5b90	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","return_event_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","documents":[{"kind":"passport","number":"N2000007","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO NARY"},"relatives":[],"words":{}}
7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	2014-06-13 02:00:00+00	59349513-e3e8-569a-94f6-8ed6219dd879	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.44568+00	59349513-e3e8-569a-94f6-8ed6219dd879	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-01a83247-4478-5e76-adc5-4cb8b0e6ea11	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-bfeea813-fc2a-5b60-b398-682eaf552852","return_event_id":"bfeea813-fc2a-5b60-b398-682eaf552852","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"bfeea813-fc2a-5b60-b398-682eaf552852","documents":[{"kind":"passport","number":"N2000004","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO KOLAB"},"relatives":[],"words":{}}
9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	2014-06-13 02:00:00+00	1c4f5078-67d4-5af5-848c-f86983ae98d4	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.44568+00	1c4f5078-67d4-5af5-848c-f86983ae98d4	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-42adeeea-6245-5c4b-91d2-5be8b691b044	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-2d463614-3a68-5e71-a20e-8f6e37d08fcd","return_event_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","documents":[{"kind":"passport","number":"N2000003","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO VICHET"},"relatives":[],"words":{}}
b1022898-c744-1838-a998-c31a31687f41	2014-06-13 02:00:00+00	bdc100b1-1410-5970-a95c-e77c4f4622ed	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.44568+00	bdc100b1-1410-5970-a95c-e77c4f4622ed	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","return_event_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","documents":[{"kind":"passport","number":"N2000000","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SOPHY"},"relatives":[],"words":{}}
c4fe4486-32b0-4d10-83f3-ff6826f2e339	2014-06-13 02:00:00+00	30f34d4f-dded-5e12-a558-f88a80bb7be4	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.44568+00	30f34d4f-dded-5e12-a558-f88a80bb7be4	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-5e909532-2f7a-531c-a943-f4ef2e7f700f	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-84fdcd01-3c63-5e33-9529-21b3b9f98d39","return_event_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","documents":[{"kind":"passport","number":"N2000001","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO RITHY"},"relatives":[],"words":{}}
fdd8b078-8440-8031-cbf1-970d2e3f1d33	2014-06-13 02:00:00+00	6278f5dc-3416-53a8-bdc7-54ac5ca09a89	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.44568+00	6278f5dc-3416-53a8-bdc7-54ac5ca09a89	1	f	domnaer.reintegration.reintegration_case_opened.v1	reintegration-case-bf01a456-5128-5038-ac9c-f063ff8bb155	[30,"THA",null,null,null,null,null,null,0,false,false,null,null,2,"unknown",null]	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-7914fe8f-2381-5a0d-969a-1744f9a5d72e","return_event_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","documents":[{"kind":"passport","number":"N2000006","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SAMBO"},"relatives":[],"words":{}}
\.


--
-- Data for Name: flags; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.flags (number, name, since, until, event_id) FROM stdin;
D9VGXBVS6M9Q27	departed_without_registered_contract	2012-01-10 02:00:00+00	2013-01-10 02:00:00+00	01a225ea-f128-7037-8033-bf46d600689b
D9VGXBVS6M9Q27	silent_abroad	2012-11-05 02:00:00+00	2013-01-10 02:00:00+00	\N
D9VGXBVS6M9Q27	departed_without_registered_contract	2013-02-10 02:00:00+00	2013-12-10 02:00:00+00	01a225ea-f3e8-7542-b172-6c9d9572d7ca
D9VGXBVS6M9Q27	silent_abroad	2013-12-07 02:00:00+00	2013-12-10 02:00:00+00	\N
0K0M632P7MV28W	silent_abroad	2014-02-04 02:00:00+00	2014-04-02 02:00:00+00	\N
0K0M632P7MV28W	contract_ended_while_abroad	2014-03-31 17:00:00+00	2014-04-02 02:00:00+00	\N
9D5S662YJPTW25	returned_without_known_departure	2014-06-13 02:00:00+00	\N	bfeea813-fc2a-5b60-b398-682eaf552852
FTAW2A86BSJQJX	returned_without_known_departure	2014-06-13 02:00:00+00	\N	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b
XE8PEDY63RKWND	returned_without_known_departure	2014-06-13 02:00:00+00	\N	2d463614-3a68-5e71-a20e-8f6e37d08fcd
2QS22EF8G97EWX	returned_without_known_departure	2014-06-13 02:00:00+00	\N	84fdcd01-3c63-5e33-9529-21b3b9f98d39
RGQB1MM12SXJMY	returned_without_known_departure	2014-06-13 02:00:00+00	\N	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f
0HWG0VMG64ZJJG	returned_without_known_departure	2014-06-13 02:00:00+00	\N	7914fe8f-2381-5a0d-969a-1744f9a5d72e
V3610B1KZFV5SH	returned_without_known_departure	2014-06-13 02:00:00+00	\N	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd
\.


--
-- Data for Name: journeys; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.journeys (number, nth, country, work, phase, contract, sector, occupation, departed_at, returned_at, return_kind, trips, sex) FROM stdin;
A6JEKKMVFZRPY0	0	THA	t	returned	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	F	7112	2013-04-02 02:00:00+00	2014-06-12 02:00:00+00	3	1	2
D9VGXBVS6M9Q27	0	THA	t	returned	\N	\N	\N	2012-01-10 02:00:00+00	2013-01-10 02:00:00+00	2	1	1
D9VGXBVS6M9Q27	1	THA	t	returned	\N	\N	\N	2013-02-10 02:00:00+00	2013-12-10 02:00:00+00	2	1	1
F4R54NQRNGM4E4	0	THA	t	returned	\N	\N	\N	\N	2013-09-21 02:00:00+00	2	0	2
0K0M632P7MV28W	0	THA	t	returned	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	F	7112	2013-04-10 02:00:00+00	2014-04-02 02:00:00+00	2	1	1
9D5S662YJPTW25	0	THA	t	returned	\N	\N	\N	\N	2014-06-13 02:00:00+00	2	0	2
FTAW2A86BSJQJX	0	THA	t	returned	\N	\N	\N	\N	2014-06-13 02:00:00+00	2	0	2
XE8PEDY63RKWND	0	THA	t	returned	\N	\N	\N	\N	2014-06-13 02:00:00+00	2	0	2
2QS22EF8G97EWX	0	THA	t	returned	\N	\N	\N	\N	2014-06-13 02:00:00+00	2	0	2
RGQB1MM12SXJMY	0	THA	t	returned	\N	\N	\N	\N	2014-06-13 02:00:00+00	2	0	2
0HWG0VMG64ZJJG	0	THA	t	returned	\N	\N	\N	\N	2014-06-13 02:00:00+00	2	0	2
V3610B1KZFV5SH	0	THA	t	returned	\N	\N	\N	\N	2014-06-13 02:00:00+00	2	0	2
\.


--
-- Data for Name: links; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.links (a, b, names, version, recorded_at) FROM stdin;
01a225ea-dfef-711a-b26f-410ab654ea33	9b36f6c2-bcd1-97ce-e417-f9a8c5175323	01a225ea-dfef-711a-b26f-410ab654ea33	1	2026-11-29 06:07:59.471025+00
01a225ea-e58b-7531-a85a-3b3a737ae6e5	9b36f6c2-bcd1-97ce-e417-f9a8c5175323	01a225ea-e58b-7531-a85a-3b3a737ae6e5	1	2026-11-29 06:08:00.907754+00
01a225ea-e5ad-7096-892d-56f6a1058428	9b36f6c2-bcd1-97ce-e417-f9a8c5175323	7fc8d2d3-f7ce-5240-9524-4dc2ef494b28	1	2026-11-29 06:08:00.941537+00
49af1319-a55c-5619-8ad4-bca44d70ee12	9b36f6c2-bcd1-97ce-e417-f9a8c5175323	7fc8d2d3-f7ce-5240-9524-4dc2ef494b28	1	2026-11-29 06:08:00.941537+00
01a225ea-e5ad-7096-892d-56f6a1058428	9b36f6c2-bcd1-97ce-e417-f9a8c5175323	01a225ea-e5ad-7096-892d-56f6a1058428	1	2026-11-29 06:08:00.941536+00
49af1319-a55c-5619-8ad4-bca44d70ee12	9b36f6c2-bcd1-97ce-e417-f9a8c5175323	9736e1c0-e2f0-522c-ad4b-baa5fd923cc7	1	2026-11-29 06:08:03.178812+00
5bcd220b-e312-5672-8dee-b4e18fdce92f	9b36f6c2-bcd1-97ce-e417-f9a8c5175323	9736e1c0-e2f0-522c-ad4b-baa5fd923cc7	1	2026-11-29 06:08:03.178812+00
01a225ea-f12e-71bc-852a-9c10cada83ce	9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	051460e0-cd15-5161-ab0a-dac9ed3796ca	1	2026-11-29 06:08:03.886023+00
55e8a85b-878d-5609-9389-7931b104fb42	9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	051460e0-cd15-5161-ab0a-dac9ed3796ca	1	2026-11-29 06:08:03.886023+00
01a225ea-f12e-71bc-852a-9c10cada83ce	9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	01a225ea-f12e-71bc-852a-9c10cada83ce	1	2026-11-29 06:08:03.886022+00
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	c5a49c0c-4da8-f3ca-b36c-10c95cc5caea	01a225ea-f3e8-7542-b172-6c9d9572d7ca	1	2026-11-29 06:08:04.584987+00
01a225ea-f3ec-770a-bacd-d13eca53dead	9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	f9374d51-a6bc-5fb2-9690-adb7e33abefd	1	2026-11-29 06:08:04.588255+00
04934344-5c52-5853-bb84-396066b42607	9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	f9374d51-a6bc-5fb2-9690-adb7e33abefd	1	2026-11-29 06:08:04.588255+00
01a225ea-f400-75cc-9b42-078c366bb431	e11be0b1-b47b-4b93-5c50-720a95e59100	01a225ea-f406-75c5-9588-6075e7a5e04b	2	2026-11-29 06:08:04.615064+00
01a225ea-f414-71ea-be94-f2116fb384d1	e11be0b1-b47b-4b93-5c50-720a95e59100	8f2221ee-fe09-5a95-9646-42a6634da361	1	2026-11-29 06:08:04.628068+00
a4f55be6-f4d8-5333-bbd0-bd5565457083	e11be0b1-b47b-4b93-5c50-720a95e59100	8f2221ee-fe09-5a95-9646-42a6634da361	1	2026-11-29 06:08:04.628068+00
01a225ea-f3ec-770a-bacd-d13eca53dead	9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	01a225ea-f3ec-770a-bacd-d13eca53dead	1	2026-11-29 06:08:04.588254+00
01a225ea-f414-71ea-be94-f2116fb384d1	e11be0b1-b47b-4b93-5c50-720a95e59100	01a225ea-f414-71ea-be94-f2116fb384d1	1	2026-11-29 06:08:04.628067+00
01a225ea-f4ef-7639-b1d9-87692fc2cbbe	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	01a225ea-f4ef-7639-b1d9-87692fc2cbbe	1	2026-11-29 06:08:04.847211+00
01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	918ef991-ad6d-5794-be08-6d2e1757b476	1	2026-11-29 06:08:04.862217+00
01a225ea-f503-7471-afb1-a5b9fcdfc898	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	921e02eb-86db-5710-90ee-89421d389d86	1	2026-11-29 06:08:04.867823+00
09017f3d-4f5d-54e5-a1d3-619ee33c64b7	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	921e02eb-86db-5710-90ee-89421d389d86	1	2026-11-29 06:08:04.867823+00
3bdf3616-31fe-52a6-a12a-aaea81881368	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	918ef991-ad6d-5794-be08-6d2e1757b476	1	2026-11-29 06:08:04.862217+00
01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	1	2026-11-29 06:08:04.862216+00
01a225ea-f503-7471-afb1-a5b9fcdfc898	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	01a225ea-f503-7471-afb1-a5b9fcdfc898	1	2026-11-29 06:08:04.867822+00
01a83247-4478-5e76-adc5-4cb8b0e6ea11	7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	59349513-e3e8-569a-94f6-8ed6219dd879	1	2026-11-29 06:08:06.44568+00
0a0c5c13-d6d0-28c7-e7af-951cec60050a	9dff2a68-74c6-53a1-9b08-e8a449eaf420	53a6585d-65be-56cc-8973-64331aa515fe	1	2026-11-29 06:08:06.44568+00
0a0c5c13-d6d0-28c7-e7af-951cec60050a	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	53a6585d-65be-56cc-8973-64331aa515fe	1	2026-11-29 06:08:06.44568+00
2d463614-3a68-5e71-a20e-8f6e37d08fcd	9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	1c4f5078-67d4-5af5-848c-f86983ae98d4	1	2026-11-29 06:08:06.44568+00
42adeeea-6245-5c4b-91d2-5be8b691b044	9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	1c4f5078-67d4-5af5-848c-f86983ae98d4	1	2026-11-29 06:08:06.44568+00
5e909532-2f7a-531c-a943-f4ef2e7f700f	c4fe4486-32b0-4d10-83f3-ff6826f2e339	30f34d4f-dded-5e12-a558-f88a80bb7be4	1	2026-11-29 06:08:06.44568+00
6dbb1189-8a2e-5d79-b166-45da09ce5b90	77b23530-ee90-0e26-968a-933ccdf44751	ac0d84ba-d4df-56ba-b9ab-e0baba42f327	1	2026-11-29 06:08:06.44568+00
77b23530-ee90-0e26-968a-933ccdf44751	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	ac0d84ba-d4df-56ba-b9ab-e0baba42f327	1	2026-11-29 06:08:06.44568+00
7914fe8f-2381-5a0d-969a-1744f9a5d72e	fdd8b078-8440-8031-cbf1-970d2e3f1d33	6278f5dc-3416-53a8-bdc7-54ac5ca09a89	1	2026-11-29 06:08:06.44568+00
7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	bfeea813-fc2a-5b60-b398-682eaf552852	59349513-e3e8-569a-94f6-8ed6219dd879	1	2026-11-29 06:08:06.44568+00
7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	b1022898-c744-1838-a998-c31a31687f41	bdc100b1-1410-5970-a95c-e77c4f4622ed	1	2026-11-29 06:08:06.44568+00
84fdcd01-3c63-5e33-9529-21b3b9f98d39	c4fe4486-32b0-4d10-83f3-ff6826f2e339	30f34d4f-dded-5e12-a558-f88a80bb7be4	1	2026-11-29 06:08:06.44568+00
9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931	b1022898-c744-1838-a998-c31a31687f41	bdc100b1-1410-5970-a95c-e77c4f4622ed	1	2026-11-29 06:08:06.44568+00
bf01a456-5128-5038-ac9c-f063ff8bb155	fdd8b078-8440-8031-cbf1-970d2e3f1d33	6278f5dc-3416-53a8-bdc7-54ac5ca09a89	1	2026-11-29 06:08:06.44568+00
0a0c5c13-d6d0-28c7-e7af-951cec60050a	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	1	2026-11-29 06:08:06.445679+00
77b23530-ee90-0e26-968a-933ccdf44751	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	1	2026-11-29 06:08:06.445679+00
7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	bfeea813-fc2a-5b60-b398-682eaf552852	bfeea813-fc2a-5b60-b398-682eaf552852	1	2026-11-29 06:08:06.445679+00
2d463614-3a68-5e71-a20e-8f6e37d08fcd	9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	2d463614-3a68-5e71-a20e-8f6e37d08fcd	1	2026-11-29 06:08:06.445679+00
7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	b1022898-c744-1838-a998-c31a31687f41	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	1	2026-11-29 06:08:06.445679+00
84fdcd01-3c63-5e33-9529-21b3b9f98d39	c4fe4486-32b0-4d10-83f3-ff6826f2e339	84fdcd01-3c63-5e33-9529-21b3b9f98d39	1	2026-11-29 06:08:06.445679+00
7914fe8f-2381-5a0d-969a-1744f9a5d72e	fdd8b078-8440-8031-cbf1-970d2e3f1d33	7914fe8f-2381-5a0d-969a-1744f9a5d72e	1	2026-11-29 06:08:06.445679+00
\.


--
-- Data for Name: members; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.members (node, number) FROM stdin;
01a225ea-dfef-711a-b26f-410ab654ea33	A6JEKKMVFZRPY0
01a225ea-e58b-7531-a85a-3b3a737ae6e5	A6JEKKMVFZRPY0
01a225ea-e5ad-7096-892d-56f6a1058428	A6JEKKMVFZRPY0
49af1319-a55c-5619-8ad4-bca44d70ee12	A6JEKKMVFZRPY0
5bcd220b-e312-5672-8dee-b4e18fdce92f	A6JEKKMVFZRPY0
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	A6JEKKMVFZRPY0
01a225ea-f12e-71bc-852a-9c10cada83ce	D9VGXBVS6M9Q27
01a225ea-f3ec-770a-bacd-d13eca53dead	D9VGXBVS6M9Q27
04934344-5c52-5853-bb84-396066b42607	D9VGXBVS6M9Q27
55e8a85b-878d-5609-9389-7931b104fb42	D9VGXBVS6M9Q27
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	D9VGXBVS6M9Q27
c5a49c0c-4da8-f3ca-b36c-10c95cc5caea	D9VGXBVS6M9Q27
01a225ea-f400-75cc-9b42-078c366bb431	F4R54NQRNGM4E4
01a225ea-f414-71ea-be94-f2116fb384d1	F4R54NQRNGM4E4
a4f55be6-f4d8-5333-bbd0-bd5565457083	F4R54NQRNGM4E4
e11be0b1-b47b-4b93-5c50-720a95e59100	F4R54NQRNGM4E4
01a225ea-f4ef-7639-b1d9-87692fc2cbbe	0K0M632P7MV28W
01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	0K0M632P7MV28W
01a225ea-f503-7471-afb1-a5b9fcdfc898	0K0M632P7MV28W
09017f3d-4f5d-54e5-a1d3-619ee33c64b7	0K0M632P7MV28W
3bdf3616-31fe-52a6-a12a-aaea81881368	0K0M632P7MV28W
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	0K0M632P7MV28W
01a83247-4478-5e76-adc5-4cb8b0e6ea11	9D5S662YJPTW25
7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	9D5S662YJPTW25
bfeea813-fc2a-5b60-b398-682eaf552852	9D5S662YJPTW25
0a0c5c13-d6d0-28c7-e7af-951cec60050a	FTAW2A86BSJQJX
9dff2a68-74c6-53a1-9b08-e8a449eaf420	FTAW2A86BSJQJX
b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	FTAW2A86BSJQJX
2d463614-3a68-5e71-a20e-8f6e37d08fcd	XE8PEDY63RKWND
42adeeea-6245-5c4b-91d2-5be8b691b044	XE8PEDY63RKWND
9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	XE8PEDY63RKWND
5e909532-2f7a-531c-a943-f4ef2e7f700f	2QS22EF8G97EWX
84fdcd01-3c63-5e33-9529-21b3b9f98d39	2QS22EF8G97EWX
c4fe4486-32b0-4d10-83f3-ff6826f2e339	2QS22EF8G97EWX
6dbb1189-8a2e-5d79-b166-45da09ce5b90	RGQB1MM12SXJMY
77b23530-ee90-0e26-968a-933ccdf44751	RGQB1MM12SXJMY
ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	RGQB1MM12SXJMY
7914fe8f-2381-5a0d-969a-1744f9a5d72e	0HWG0VMG64ZJJG
bf01a456-5128-5038-ac9c-f063ff8bb155	0HWG0VMG64ZJJG
fdd8b078-8440-8031-cbf1-970d2e3f1d33	0HWG0VMG64ZJJG
7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	V3610B1KZFV5SH
9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931	V3610B1KZFV5SH
b1022898-c744-1838-a998-c31a31687f41	V3610B1KZFV5SH
\.


--
-- Data for Name: people; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.people (number, evidence_id, khmer, latin, phone, born, keys) FROM stdin;
A6JEKKMVFZRPY0	01a225ea-dfef-711a-b26f-410ab654ea33	ហេង សុម៉ាលី	HENG SOMALY	097700001	1987-05-23	{k:សុម៉ាលី,k:ហេង,k:ហេងសុម៉ាលី,l:heng,l:hengsomali,l:somali,p:85597700001}
D9VGXBVS6M9Q27	01a225ea-f128-7037-8033-bf46d600689b	ពេជ្រ រតនៈ	PICH RATANAK	\N	\N	{k:ពេជ្រ,k:ពេជ្ររតនៈ,k:រតនៈ,l:pic,l:picratanak,l:ratanak}
F4R54NQRNGM4E4	01a225ea-f406-75c5-9588-6075e7a5e04b	ឡុង ចន្ទ្រា	LONG CHANTREA	\N	\N	{k:ចន្ទ្រា,k:ឡុង,k:ឡុងចន្ទ្រា,l:cantria,l:long,l:longcantria}
0K0M632P7MV28W	01a225ea-f4ef-7639-b1d9-87692fc2cbbe	ទូច វាសនា	TOUCH VEASNA	\N	1990-01-01	{k:ទូច,k:ទូចវាសនា,k:វាសនា,l:tuc,l:tucviasna,l:viasna}
9D5S662YJPTW25	bfeea813-fc2a-5b60-b398-682eaf552852	ម៉ៅ	MAO KOLAB	\N	\N	{k:ម៉ៅ,l:kolab,l:mao,l:maokolab}
FTAW2A86BSJQJX	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	ម៉ៅ	MAO THIDA	\N	\N	{k:ម៉ៅ,l:mao,l:maotida,l:tida}
XE8PEDY63RKWND	2d463614-3a68-5e71-a20e-8f6e37d08fcd	ម៉ៅ	MAO VICHET	\N	\N	{k:ម៉ៅ,l:mao,l:maovicet,l:vicet}
2QS22EF8G97EWX	84fdcd01-3c63-5e33-9529-21b3b9f98d39	ម៉ៅ	MAO RITHY	\N	\N	{k:ម៉ៅ,l:mao,l:maoriti,l:riti}
RGQB1MM12SXJMY	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	ម៉ៅ	MAO NARY	\N	\N	{k:ម៉ៅ,l:mao,l:maonari,l:nari}
0HWG0VMG64ZJJG	7914fe8f-2381-5a0d-969a-1744f9a5d72e	ម៉ៅ	MAO SAMBO	\N	\N	{k:ម៉ៅ,l:mao,l:maosambo,l:sambo}
V3610B1KZFV5SH	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	ម៉ៅ	MAO SOPHY	\N	\N	{k:ម៉ៅ,l:mao,l:maosopi,l:sopi}
\.


--
-- Data for Name: rulings; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.rulings (names, version, event_id, recorded_at) FROM stdin;
01a225ea-f503-7471-afb1-a5b9fcdfc898	2	01a225ea-f821-74d5-bcab-7df2781546cf	2026-11-29 06:08:05.665227+00
01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	2	01a225ea-fae8-72ec-ad04-ee4770d9d62a	2026-11-29 06:08:06.376832+00
\.


--
-- Data for Name: slices; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.slices (nth, low, high) FROM stdin;
\.


--
-- Data for Name: workers; Type: TABLE DATA; Schema: timeline_1; Owner: registry
--

COPY timeline_1.workers (number, node, n_events, first_at, last_at, place, country, since, last_heard_at, sex, home_province, posts, countries, provinces, agencies) FROM stdin;
A6JEKKMVFZRPY0	9b36f6c2-bcd1-97ce-e417-f9a8c5175323	22	2013-03-01 02:00:00+00	2014-07-13 02:00:00+00	home	KHM	2014-06-12 02:00:00+00	2014-07-02 02:00:00+00	2	02	{KH-POI}	{THA}	{02}	{00fd82ba-b500-75a6-8925-ee9b8c37bd13}
D9VGXBVS6M9Q27	c5a49c0c-4da8-f3ca-b36c-10c95cc5caea	6	2012-01-10 02:00:00+00	2013-12-10 02:00:00+00	home	KHM	2013-12-10 02:00:00+00	2013-12-10 02:00:00+00	1	02	{KH-POI}	{THA}	{02}	{}
F4R54NQRNGM4E4	01a225ea-f400-75cc-9b42-078c366bb431	6	2013-09-01 02:00:00+00	2013-09-21 02:00:00+00	home	KHM	2013-09-21 02:00:00+00	2013-09-21 02:00:00+00	2	21	{KH-POI}	{THA}	{21}	{}
0K0M632P7MV28W	8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	9	2013-03-02 02:00:00+00	2026-11-29 06:08:05.665227+00	home	KHM	2014-04-02 02:00:00+00	2014-04-02 02:00:00+00	1	01	{KH-POI}	{THA}	{01}	{00fd82ba-b500-75a6-8925-ee9b8c37bd13}
9D5S662YJPTW25	7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	2	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	home	KHM	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	2	\N	{KH-POI}	{THA}	{}	{}
FTAW2A86BSJQJX	0a0c5c13-d6d0-28c7-e7af-951cec60050a	2	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	home	KHM	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	2	\N	{KH-POI}	{THA}	{}	{}
XE8PEDY63RKWND	9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	2	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	home	KHM	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	2	\N	{KH-POI}	{THA}	{}	{}
2QS22EF8G97EWX	c4fe4486-32b0-4d10-83f3-ff6826f2e339	2	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	home	KHM	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	2	\N	{KH-POI}	{THA}	{}	{}
RGQB1MM12SXJMY	77b23530-ee90-0e26-968a-933ccdf44751	2	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	home	KHM	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	2	\N	{KH-POI}	{THA}	{}	{}
0HWG0VMG64ZJJG	fdd8b078-8440-8031-cbf1-970d2e3f1d33	2	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	home	KHM	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	2	\N	{KH-POI}	{THA}	{}	{}
V3610B1KZFV5SH	b1022898-c744-1838-a998-c31a31687f41	2	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	home	KHM	2014-06-13 02:00:00+00	2014-06-13 02:00:00+00	2	\N	{KH-POI}	{THA}	{}	{}
\.


--
-- Name: audit_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: registry_owner
--

SELECT pg_catalog.setval('public.audit_entry_id_seq', 21, true);


--
-- Name: events_position_seq; Type: SEQUENCE SET; Schema: public; Owner: registry_owner
--

SELECT pg_catalog.setval('public.events_position_seq', 1, false);


--
-- Name: who_entries_position_seq; Type: SEQUENCE SET; Schema: public; Owner: registry_owner
--

SELECT pg_catalog.setval('public.who_entries_position_seq', 46, true);


--
-- Name: dirty_nth_seq; Type: SEQUENCE SET; Schema: timeline_1; Owner: registry
--

SELECT pg_catalog.setval('timeline_1.dirty_nth_seq', 102, true);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (entry_id);


--
-- Name: builds builds_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.builds
    ADD CONSTRAINT builds_pkey PRIMARY KEY (projection, build);


--
-- Name: dead_letters dead_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (reader, build, event_id);


--
-- Name: discarded_letters discarded_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.discarded_letters
    ADD CONSTRAINT discarded_letters_pkey PRIMARY KEY (reader, event_id);


--
-- Name: events events_event_id; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_event_id UNIQUE (event_id);


--
-- Name: events events_stream_version; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_version PRIMARY KEY (stream, version);


--
-- Name: idempotency idempotency_key; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_key PRIMARY KEY (caller, key);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);


--
-- Name: minted minted_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.minted
    ADD CONSTRAINT minted_pkey PRIMARY KEY (number);


--
-- Name: offsets offsets_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (reader, build, topic, partition);


--
-- Name: relays relays_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.relays
    ADD CONSTRAINT relays_pkey PRIMARY KEY (outlet);


--
-- Name: upload_refusals upload_refusals_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.upload_refusals
    ADD CONSTRAINT upload_refusals_pkey PRIMARY KEY (upload_id, row_number, field);


--
-- Name: who_entries who_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.who_entries
    ADD CONSTRAINT who_entries_pkey PRIMARY KEY ("position");


--
-- Name: who who_pkey; Type: CONSTRAINT; Schema: public; Owner: registry_owner
--

ALTER TABLE ONLY public.who
    ADD CONSTRAINT who_pkey PRIMARY KEY (node);


--
-- Name: abouts abouts_pkey; Type: CONSTRAINT; Schema: timeline_1; Owner: registry
--

ALTER TABLE ONLY timeline_1.abouts
    ADD CONSTRAINT abouts_pkey PRIMARY KEY (stream);


--
-- Name: dirty dirty_pkey; Type: CONSTRAINT; Schema: timeline_1; Owner: registry
--

ALTER TABLE ONLY timeline_1.dirty
    ADD CONSTRAINT dirty_pkey PRIMARY KEY (nth);


--
-- Name: slices slices_pkey; Type: CONSTRAINT; Schema: timeline_1; Owner: registry
--

ALTER TABLE ONLY timeline_1.slices
    ADD CONSTRAINT slices_pkey PRIMARY KEY (nth);


--
-- Name: builds_one_live; Type: INDEX; Schema: public; Owner: registry_owner
--

CREATE UNIQUE INDEX builds_one_live ON public.builds USING btree (projection) WHERE (state = 'live'::text);


--
-- Name: events_gate; Type: INDEX; Schema: public; Owner: registry_owner
--

CREATE INDEX events_gate ON public.events USING btree (tx, "position");


--
-- Name: idempotency_created; Type: INDEX; Schema: public; Owner: registry_owner
--

CREATE INDEX idempotency_created ON public.idempotency USING btree (created_at);


--
-- Name: who_entries_gate; Type: INDEX; Schema: public; Owner: registry_owner
--

CREATE INDEX who_entries_gate ON public.who_entries USING btree (tx, "position");


--
-- Name: abouts_node; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE INDEX abouts_node ON timeline_1.abouts USING btree (node);


--
-- Name: dirty_node; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE INDEX dirty_node ON timeline_1.dirty USING btree (node);


--
-- Name: facts_key; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE UNIQUE INDEX facts_key ON timeline_1.facts USING btree (node, occurred_at, event_id);


--
-- Name: facts_stream; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE INDEX facts_stream ON timeline_1.facts USING btree (stream);


--
-- Name: flags_key; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE UNIQUE INDEX flags_key ON timeline_1.flags USING btree (number, name, since);


--
-- Name: flags_name; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE INDEX flags_name ON timeline_1.flags USING btree (name, since);


--
-- Name: journeys_departed; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE INDEX journeys_departed ON timeline_1.journeys USING btree (departed_at) WHERE (departed_at IS NOT NULL);


--
-- Name: journeys_key; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE UNIQUE INDEX journeys_key ON timeline_1.journeys USING btree (number, nth);


--
-- Name: links_back; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE INDEX links_back ON timeline_1.links USING btree (b, a);


--
-- Name: links_key; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE UNIQUE INDEX links_key ON timeline_1.links USING btree (a, b, names, version);


--
-- Name: members_key; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE UNIQUE INDEX members_key ON timeline_1.members USING btree (node);


--
-- Name: members_number; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE INDEX members_number ON timeline_1.members USING btree (number);


--
-- Name: people_key; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE UNIQUE INDEX people_key ON timeline_1.people USING btree (number, evidence_id);


--
-- Name: people_keys; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE INDEX people_keys ON timeline_1.people USING gin (keys);


--
-- Name: rulings_key; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE UNIQUE INDEX rulings_key ON timeline_1.rulings USING btree (names, version, event_id);


--
-- Name: workers_key; Type: INDEX; Schema: timeline_1; Owner: registry
--

CREATE UNIQUE INDEX workers_key ON timeline_1.workers USING btree (number);


--
-- Name: DATABASE registry; Type: ACL; Schema: -; Owner: registry_owner
--

GRANT CREATE,CONNECT ON DATABASE registry TO registry;


--
-- Name: FUNCTION hold_key(lock bigint); Type: ACL; Schema: public; Owner: registry_owner
--

GRANT ALL ON FUNCTION public.hold_key(lock bigint) TO registry;


--
-- Name: TABLE audit; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT ON TABLE public.audit TO registry;


--
-- Name: TABLE builds; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.builds TO registry;


--
-- Name: TABLE dead_letters; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dead_letters TO registry;


--
-- Name: TABLE discarded_letters; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.discarded_letters TO registry;


--
-- Name: TABLE events; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT ON TABLE public.events TO registry;


--
-- Name: TABLE idempotency; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency TO registry;


--
-- Name: TABLE minted; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.minted TO registry;


--
-- Name: TABLE offsets; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offsets TO registry;


--
-- Name: TABLE relays; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.relays TO registry;


--
-- Name: TABLE upload_refusals; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.upload_refusals TO registry;


--
-- Name: TABLE who; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.who TO registry;


--
-- Name: TABLE who_entries; Type: ACL; Schema: public; Owner: registry_owner
--

GRANT SELECT,INSERT ON TABLE public.who_entries TO registry;


--
-- PostgreSQL database dump complete
--

\unrestrict LgOge9ATAaDa2IltyzKb8gcTniW2zKZyJkHThv9a3QwiucqJzXQPSw1YFhZ35iM

